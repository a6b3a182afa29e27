using System.Text.Json;

namespace EdgeRetail.TestKit;

/// <summary>How a command of the product ended, and the one JSON document it printed.</summary>
public sealed record CommandOutcome(string Command, int ExitCode, string Output, string Errors)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public string? ErrorCode => Error("code");

    public string? ErrorMessage => Error("message");

    public string? NextStep => Error("nextStep");

    public static async Task<CommandOutcome> OfAsync(ProductProcess process, string command)
    {
        var exitCode = await process.ExitAsync();
        return new(command, exitCode, string.Join('\n', process.Output), string.Join('\n', process.Errors));
    }

    public CommandOutcome AssertOk()
    {
        Assert.That(ExitCode, Is.Zero, ToString());
        return this;
    }

    /// <summary>Refused as promised: exit code, stable code, a message and what to do next, and no stack trace anywhere.</summary>
    public CommandOutcome AssertRefused(int exitCode, string code)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ExitCode, Is.EqualTo(exitCode), ToString());
            Assert.That(ErrorCode, Is.EqualTo(code), ToString());
            Assert.That(ErrorMessage, Is.Not.Null.And.Not.Empty, ToString());
            Assert.That(NextStep, Is.Not.Null.And.Not.Empty, ToString());
            Assert.That(Output + Errors, Does.Not.Contain("   at EdgeRetail."), "a stack trace is no error message");
        }

        return this;
    }

    public override string ToString() => $"{Command}\nexit code {ExitCode}\n{Output}\n{Errors}";

    string? Error(string member)
    {
        try
        {
            return Json.TryGetProperty("error", out var error) && error.TryGetProperty(member, out var value) ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
