using System.Text;
using System.Text.Json;
using EdgeRetail.DeviceCli.Output;

namespace EdgeRetail.DeviceCli.Tests;

/// <summary>One command, as it was given and as it ended.</summary>
sealed record Transcript(IReadOnlyList<string> Arguments, int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors, KioskMachine Machine)
{
    public string Text => string.Join('\n', Output);

    public string ErrorText => string.Join('\n', Errors);

    /// <summary>The one document that a command with --json leaves on standard output.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.Single()).RootElement;

    public (int ExitCode, string Code) Error => (ExitCode, Json.GetProperty("error").GetProperty("code").GetString()!);

    public Transcript Succeeds()
    {
        Assert.That(ExitCode, Is.Zero, ToString());
        return this;
    }

    /// <summary>Everything that a person sees, with nothing wider than a terminal.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append("$ edgeretail ").AppendJoin(' ', Arguments.Select(argument => argument.Contains(' ', StringComparison.Ordinal) ? $"'{argument}'" : argument)).Append('\n');
        foreach (var line in Output) text.Append(line).Append('\n');
        foreach (var line in Errors) text.Append("! ").Append(line).Append('\n');
        return Machine.Scrubbed(text.Append("= ").Append(ExitCode).Append("\n\n").ToString());
    }

    public void IsReadable()
    {
        foreach (var line in Output.Concat(Errors))
            Assert.That(TextTable.Width(line), Is.LessThanOrEqualTo(TextTable.WidthMax), $"in 'edgeretail {string.Join(' ', Arguments)}': {line}");
    }
}
