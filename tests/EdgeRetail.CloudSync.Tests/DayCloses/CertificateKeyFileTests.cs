using EdgeRetail.CloudSync.DayCloses;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.TestKit;

namespace EdgeRetail.CloudSync.Tests.DayCloses;

public sealed class CertificateKeyFileTests
{
    readonly TemporaryDirectory folder = new();

    string Path => folder["state/certificate-keys.json"];

    [TearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public void The_first_key_is_made_by_command_alone_and_only_its_owner_reads_it()
    {
        Assert.That(Refusal(() => CertificateKeyFile.Load(Path)), Is.EqualTo("CERTIFICATE_KEYS_MISSING"));
        Assert.That(Refusal(() => Rotate()), Is.EqualTo("CERTIFICATE_KEYS_MISSING"));
        var made = Init();
        Assert.That(File.GetUnixFileMode(Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(CertificateKeyFile.Load(Path).CurrentId, Is.EqualTo(made.CurrentId));
        Assert.That(Refusal(() => Init()), Is.EqualTo("CERTIFICATE_KEYS_EXIST"));
        Assert.That(CertificateKeyFile.Load(Path).CurrentId, Is.EqualTo(made.CurrentId), "The second did not replace it.");
        Assert.That(Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!), Has.Length.EqualTo(1), "Nothing half-written is left.");
    }

    [Test]
    public void A_rotation_destroys_the_private_part_of_the_key_before_and_keeps_its_public_part()
    {
        var first = Init().Current;
        var after = Rotate();
        Assert.That(after.CurrentId, Is.Not.EqualTo(first.Id));
        Assert.That(after.Published.Keys.Select(key => key.Id), Is.EqualTo(new[] { first.Id, after.CurrentId }));
        var text = File.ReadAllText(Path);
        Assert.That(text, Does.Not.Contain(Convert.ToBase64String(first.PrivateKey!)));
        Assert.That(text, Does.Contain(Convert.ToBase64String(after.Current.PrivateKey!)));
        Assert.That(after.Published.ToJson(), Does.Not.Contain(Convert.ToBase64String(after.Current.PrivateKey!)));
        Assert.That(File.GetUnixFileMode(Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_file_that_others_may_read_is_refused()
    {
        Init();
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.That(Refusal(() => CertificateKeyFile.Load(Path)), Is.EqualTo("CERTIFICATE_KEYS_EXPOSED"));
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("""{"version":1,"current":"b","keys":[{"id":"a","createdAt":"2026-01-01T00:00:00Z","publicKey":"AAAA"}]}""")]
    public void A_file_that_is_no_key_file_is_refused(string content)
    {
        Init();
        File.WriteAllText(Path, content);
        Assert.That(Refusal(() => CertificateKeyFile.Load(Path)), Is.EqualTo("CERTIFICATE_KEYS_UNREADABLE"));
    }

    SigningKeyset Init() => CertificateKeyFile.Init(Path, SecretSource.OfTheSystem, TimeProvider.System);

    SigningKeyset Rotate() => CertificateKeyFile.Rotate(Path, SecretSource.OfTheSystem, TimeProvider.System);

    static string Refusal(Action work) => Assert.Throws<CertificateKeyFileException>(() => work())!.Code;
}
