using System.CommandLine;
using EdgeRetail.CloudSync.DayCloses;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>certificate-key init</c>, <c>rotate</c>, <c>list</c> and <c>export</c>: what certificates of closed days are signed with.</summary>
static class CertificateKeyCommand
{
    public static Command Build(CloudSyncCommandLine line, DatabaseOptions options, SecretSource secrets, TimeProvider clock)
    {
        var command = new Command("certificate-key", "The keys that certificates of closed days are signed with. No database is asked.");
        command.Subcommands.Add(Init(line, options, secrets, clock));
        command.Subcommands.Add(Rotate(line, options, secrets, clock));
        command.Subcommands.Add(List(line, options));
        command.Subcommands.Add(Export(line, options));
        return command;
    }

    static Command Init(CloudSyncCommandLine line, DatabaseOptions options, SecretSource secrets, TimeProvider clock)
    {
        var command = new Command("init", "Make the first key, in a file that only this account may read.") { options.CertificateKeyFile };
        line.Answers(command, (parsed, _, _) =>
        {
            var path = options.CertificateKeyFilePath(parsed);
            return Task.FromResult(Made(path, CertificateKeyFile.Init(path, secrets, clock)));
        });
        return command;
    }

    static Command Rotate(CloudSyncCommandLine line, DatabaseOptions options, SecretSource secrets, TimeProvider clock)
    {
        var command = new Command("rotate", "Sign with a new key from now on. The private part of the one before is destroyed, its public part stays published.") { options.CertificateKeyFile };
        line.Answers(command, (parsed, _, _) =>
        {
            var path = options.CertificateKeyFilePath(parsed);
            return Task.FromResult(Made(path, CertificateKeyFile.Rotate(path, secrets, clock)));
        });
        return command;
    }

    static Command List(CloudSyncCommandLine line, DatabaseOptions options)
    {
        var command = new Command("list", "Show the keys, never their private parts.") { options.CertificateKeyFile };
        line.Answers(command, (parsed, _, _) =>
        {
            var keys = CertificateKeyFile.Load(options.CertificateKeyFilePath(parsed));
            return Task.FromResult<Answer>(new Answer.Given(
                new { current = keys.CurrentId, keys = keys.Keys.Select(key => new { key.Id, key.CreatedAt, key.RetiredAt, signs = key.Id == keys.CurrentId }) },
                output =>
                {
                    var table = new TextTable("key", "made", "retired", "");
                    foreach (var key in keys.Keys)
                        table.Add(key.Id, PlainWords.Time(key.CreatedAt), key.RetiredAt is { } retired ? PlainWords.Time(retired) : "", key.Id == keys.CurrentId ? "signs" : "");
                    table.WriteTo(output);
                }));
        });
        return command;
    }

    static Command Export(CloudSyncCommandLine line, DatabaseOptions options)
    {
        var file = new Option<string?>("--out") { Description = "The file to write. Default: standard output.", HelpName = "FILE" };
        var command = new Command("export", "Write the public keys for 'edgeretail verify certificate --keys'.") { options.CertificateKeyFile, file };
        line.Answers(command, async (parsed, _, cancellationToken) =>
        {
            var keys = CertificateKeyFile.Load(options.CertificateKeyFilePath(parsed));
            var text = keys.Published.ToJson();
            if (parsed.GetValue(file) is not { } path) return new Answer.Given(new { current = keys.CurrentId, published = text }, output => output.WriteLine(text));
            try
            {
                await File.WriteAllTextAsync(path, text + "\n", cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new Answer.Refused(new("FILE_NOT_WRITTEN", $"{path} cannot be written: {e.Message}", "Name a file in a folder that is there."));
            }

            return new Answer.Given(new { current = keys.CurrentId, file = path }, output => output.WriteLine($"{PlainWords.Count(keys.Keys.Count, "public key", "public keys")} written to {path}."));
        });
        return command;
    }

    static Answer Made(string path, SigningKeyset keys) => new Answer.Given(
        new { current = keys.CurrentId, keyFile = path },
        output =>
        {
            output.WriteLine($"Certificates are signed with key {keys.CurrentId} from now on.");
            Terminal.WriteWrapped(output, $"The key is in {path}; every replica needs that file, and it belongs into no backup of the database.", "");
            Terminal.WriteWrapped(output, "Next: publish the public part, 'cloud-sync certificate-key export --out FILE'.", "");
        });
}
