using System.Text.Json;

namespace EdgeRetail.DeviceCli.Output;

/// <summary>Writes answers: with --json exactly one document on standard output, else text, with errors and progress on standard error.</summary>
sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    public bool IsJson => json;

    public TextWriter Output => output;

    /// <summary>A step that a person may have to wait for.</summary>
    public void Progress(string sentence)
    {
        if (!json) error.WriteLine(sentence);
    }

    public int Write(Answer answer)
    {
        if (json) answer.WriteJson(output);
        else answer.WriteText(output);
        return answer.ExitCode;
    }

    public int Write(CliError problem, int exitCode)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new ErrorDocument(problem), CliJson.Default.ErrorDocument));
            return exitCode;
        }

        WriteWrapped(error, $"{problem.Code}: {problem.Message}", "");
        WriteWrapped(error, $"Next: {problem.NextStep}", "  ");
        return exitCode;
    }

    /// <summary>Within 80 columns, as long as no single word is longer; lines of the text stay lines.</summary>
    public static void WriteWrapped(TextWriter writer, string text, string indent)
    {
        foreach (var part in text.Split('\n')) WriteRow(writer, indent, part);
    }

    /// <summary>A label, and beside it text that is wrapped into a column of its own.</summary>
    public static void WriteRow(TextWriter writer, string label, string text)
    {
        var line = label;
        var indent = new string(' ', TextTable.Width(label));
        foreach (var word in TextTable.Printable(text).Split(' '))
        {
            if (line.Length > label.Length && TextTable.Width(line) + 1 + TextTable.Width(word) > TextTable.WidthMax)
            {
                writer.WriteLine(line);
                line = label = indent;
            }

            line += line.Length > label.Length ? " " + word : word;
        }

        writer.WriteLine(line);
    }
}
