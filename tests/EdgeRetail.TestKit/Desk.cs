using System.Diagnostics.CodeAnalysis;

namespace EdgeRetail.TestKit;

/// <summary>
/// At a desk a test whose surroundings are missing is skipped. In CI it fails: a machine that lost its PostgreSQL
/// must not look like a green run.
/// </summary>
public static class Desk
{
    public static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    [DoesNotReturn]
    public static void IgnoreExceptInCi(string message)
    {
        if (IsCi) Assert.Fail($"{message} (CI=true: this may not be skipped)");
        Assert.Ignore(message);
        throw new InvalidOperationException(message);
    }
}
