using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary>Writes answers: with --json exactly one document on standard output, else text, with errors and progress on standard error.</summary>
sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public TextWriter Output => output;

    public bool IsJson => json;

    /// <summary>A step that a person may have to wait for.</summary>
    public void Progress(string sentence)
    {
        if (!json) error.WriteLine(sentence);
    }

    public int Write(Answer answer)
    {
        switch (answer)
        {
            case Answer.Given given when json:
                output.WriteLine(JsonSerializer.Serialize(given.Document, given.Document.GetType(), Json));
                break;
            case Answer.Given given:
                given.Print(output);
                break;
            case Answer.Refused refused when json:
                output.WriteLine(JsonSerializer.Serialize(new { error = refused.Problem }, Json));
                break;
            case Answer.Refused refused:
                Write(refused.Problem);
                break;
        }

        return answer.ExitCode;
    }

    void Write(Problem problem)
    {
        WriteWrapped(error, $"{problem.Code}: {problem.Message}", "");
        WriteWrapped(error, $"Next: {problem.NextStep}", "  ");
    }

    /// <summary>Within 80 columns, as long as no single word is longer.</summary>
    public static void WriteWrapped(TextWriter writer, string text, string indent)
    {
        var line = indent;
        foreach (var word in text.Split(' '))
        {
            if (line.Length > indent.Length && line.Length + 1 + word.Length > TextTable.WidthMax)
            {
                writer.WriteLine(line);
                line = indent;
            }

            line += line.Length > indent.Length ? " " + word : word;
        }

        writer.WriteLine(line);
    }
}
