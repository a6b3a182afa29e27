using EdgeRetail.CloudSync.Devices;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.Devices;

public sealed class SessionKeyFileTests
{
    readonly TemporaryDirectory folder = new();

    string Path => folder["state/session-keys.json"];

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void The_first_start_makes_a_key_that_only_its_owner_reads()
    {
        var made = Load();
        Assert.That(File.GetUnixFileMode(Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(made.Current.Secret, Has.Length.EqualTo(32));
        Assert.That(Load().Current.Secret, Is.EqualTo(made.Current.Secret), "The second start finds it.");
        Assert.That(Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!), Has.Length.EqualTo(1), "Nothing half-written is left.");
    }

    [Test]
    public void Replicas_that_start_at_once_get_the_same_keys()
    {
        var loaded = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => Load()).ToList();
        Assert.That(loaded.Select(keys => Convert.ToHexString(keys.Current.Secret)).Distinct(), Has.Exactly(1).Items);
    }

    [Test]
    public void A_file_that_others_may_read_is_refused()
    {
        Load();
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.That(Refusal(), Is.EqualTo("SESSION_KEYS_EXPOSED"));
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("""{"version":1,"current":3,"keys":[{"id":4,"secret":"AAAA","createdAt":"2026-01-01T00:00:00Z"}]}""")]
    [TestCase("""{"version":2,"current":4,"keys":[{"id":4,"secret":"AAAA","createdAt":"2026-01-01T00:00:00Z"}]}""")]
    public void A_file_that_is_no_key_file_is_refused(string content)
    {
        Load();
        File.WriteAllText(Path, content);
        Assert.That(Refusal(), Is.EqualTo("SESSION_KEYS_UNREADABLE"));
    }

    SessionKeyset Load() => SessionKeyFile.LoadOrCreate(Path, SecretSource.OfTheSystem, TimeProvider.System);

    string Refusal() => Assert.Throws<SessionKeyFileException>(() => Load())!.Code;
}
