namespace EdgeRetail.Kiosk.Api;

/// <summary>What the desk answers: what was asked for, or why not.</summary>
public abstract record Reply<T>
{
    Reply()
    {
    }

    public sealed record Given(T Value) : Reply<T>;

    public sealed record Refused(Problem Problem) : Reply<T>;

    public static implicit operator Reply<T>(T value) => new Given(value);

    public static implicit operator Reply<T>(Problem problem) => new Refused(problem);
}
