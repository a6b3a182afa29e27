using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EdgeRetail.DeviceCli.Output;

/// <summary>What a command says in the end: one document, for machines as JSON and for people as text.</summary>
abstract record Answer(int ExitCode)
{
    public abstract void WriteJson(TextWriter output);

    public abstract void WriteText(TextWriter output);

    public static Answer Of<T>(T document, JsonTypeInfo<T> type, Action<TextWriter, T> print, int exitCode = Output.ExitCode.Ok) =>
        new Document<T>(document, type, print, exitCode);

    /// <summary>The command has said itself what there was to say.</summary>
    public static readonly Answer Silent = new Said();

    sealed record Document<T>(T Value, JsonTypeInfo<T> Type, Action<TextWriter, T> Print, int ExitCode) : Answer(ExitCode)
    {
        public override void WriteJson(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(Value, Type));

        public override void WriteText(TextWriter output) => Print(output, Value);
    }

    sealed record Said() : Answer(Output.ExitCode.Ok)
    {
        public override void WriteJson(TextWriter output)
        {
        }

        public override void WriteText(TextWriter output)
        {
        }
    }
}
