using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Commands;
using EdgeRetail.EdgeAgent.Outbox;

namespace EdgeRetail.EdgeAgent.Tests.Commands;

/// <summary>A store's own names of products on the device: shown at once, based on what was shown, and with an outcome.</summary>
sealed class EditTests : AgentFixture
{
    static readonly EntryId Other = new(new Guid("01994d2c-5c00-8abc-8def-0123456789ab"));
    static readonly EntryId Third = new(new Guid("01994d2c-5c00-8abc-8def-0123456789ac"));

    long version;
    FeedHash hash = FeedHash.Start;

    [SetUp]
    public void BeforeEach() => (version, hash) = (0, FeedHash.Start);

    [Test]
    public void An_edit_shows_at_once_and_is_pending_until_the_cloud_says_what_became_of_it()
    {
        LoadCatalogue();
        var edit = Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "Our milk")));
        Assert.That((Name(), Agent.Queries.SearchProducts("alpine", 1).Single().Name), Is.EqualTo(("Our milk", "Our milk")));
        Assert.That(Own().Single(), Is.EqualTo(new OwnEdit(1, edit.Entry, Time.GetUtcNow(), "ann", Milk, ProductField.Name, "Our milk", EditOutcome.Pending, "Our milk", "", null)));
        Reopen();
        Assert.That(Name(), Is.EqualTo("Our milk"));
        Assert.That(Entries[^1], Is.TypeOf<ProductEdited>().With.Property("BasedOn").Empty);

        Apply(edit.Entry, Row(edit.Entry, "Our milk", [edit.Entry], []));
        Assert.That((Name(), Own().Single().Outcome), Is.EqualTo(("Our milk", EditOutcome.Won)));
        Assert.That(Agent.Queries.Status().PendingCount, Is.Zero);
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void An_edit_that_lost_says_to_what_and_the_store_shows_that()
    {
        LoadCatalogue();
        var edit = Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "Our milk")));
        Apply(edit.Entry, Row(Other, "Their milk", [edit.Entry, Other], [edit.Entry]));
        var own = Own().Single();
        Assert.That((Name(), own.Outcome, own.Shown, own.ShownBy, own.ShownDevice), Is.EqualTo(("Their milk", EditOutcome.Lost, "Their milk", "bob", new DeviceId(9))));
    }

    [Test]
    public void What_is_edited_next_is_based_on_all_that_was_shown()
    {
        LoadCatalogue();
        Apply(Third, Row(Other, "Their milk", [Other, Third], [Third]));
        Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "Our milk")));
        Assert.That(((ProductEdited)Entries[^1]).BasedOn, Is.EqualTo(new[] { Other, Third }));
        Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Brand, "Us")));
        Assert.That(((ProductEdited)Entries[^1]).BasedOn, Is.Empty, "Of another field.");
    }

    [Test]
    public void While_a_person_has_to_decide_what_was_before_is_shown_and_the_outcome_says_so()
    {
        LoadCatalogue();
        var edit = Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "Our milk")));
        Apply(edit.Entry, Row(null, null, [], [edit.Entry, Other]) with { Undecided = true });
        Assert.That((Name(), Own().Single().Outcome), Is.EqualTo(("Whole milk", EditOutcome.Undecided)));
        Apply(Third, Row(Third, "As on the pack", [Third], []));
        Assert.That((Name(), Own().Single().Outcome), Is.EqualTo(("As on the pack", EditOutcome.Superseded)));
    }

    [Test]
    public void A_removal_brings_the_catalogues_value_back()
    {
        LoadCatalogue();
        Apply(Other, Row(Other, "Their milk", [Other], []));
        Assert.That(Name(), Is.EqualTo("Their milk"));
        Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, null)));
        Assert.That((Name(), Own().Single().Value), Is.EqualTo(("Whole milk", (string?)null)));
    }

    [Test]
    public void A_later_own_edit_stands_over_an_earlier_one_and_other_products_keep_their_names()
    {
        LoadCatalogue();
        Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "One")));
        Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "Two")));
        Assert.That((Name(), Agent.Queries.FindProduct(Bread)!.Name), Is.EqualTo(("Two", "Crème fraîche bread")));
        Assert.That(Own().Select(edit => edit.Value), Is.EqualTo(new[] { "Two", "One" }));
    }

    [Test]
    public void An_edit_in_quarantine_counts_for_nothing_and_says_so()
    {
        LoadCatalogue();
        var edit = Recorded(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "Our milk")));
        Agent.Outbox.Acknowledge(1, Agent.Ledger.ChainAt(1)!.Value, 0, [new(1, 1, DispositionKind.Quarantined, "X", "")]);
        Apply(edit.Entry);
        Assert.That((Name(), Own().Single().Outcome), Is.EqualTo(("Whole milk", EditOutcome.Quarantined)));
    }

    [Test]
    public void An_older_row_of_the_feed_does_not_replace_a_newer_one()
    {
        LoadCatalogue();
        Apply(Other, Row(Other, "New", [Other], []) with { Version = 7 });
        Apply(Third, Row(Third, "Old", [Third], []) with { Version = 2 });
        Assert.That(Name(), Is.EqualTo("New"));
    }

    [Test]
    public void Values_come_with_a_snapshot_and_those_of_the_cache_before_it_go()
    {
        LoadCatalogue();
        Apply(Other, Row(Other, "Of a history that is gone", [Other], []));
        Agent.Snapshots.Open(new(Guid.NewGuid()));
        var head = new FeedCursor(5, FeedHash.Start.Append([Third]));
        Assert.That(Agent.Snapshots.Add(new(Store, "", "", head, [], 0, false) { Registers = [Row(Third, "Our bread", [Third], []) with { Product = Bread, Version = 4 }] }), Is.TypeOf<SnapshotOutcome.Stored>());
        Assert.That(Name(), Is.EqualTo("Of a history that is gone"), "Until it is whole, what was shown is shown.");
        var marker = new OwnMarker(Stream, 0, ChainHash.Start(Stream));
        Assert.That(Agent.Snapshots.Lay(new(Store, 5, 5, head.Hash, [], marker), maySwitch: true), Is.TypeOf<SnapshotOutcome.Switched>());
        Assert.That((Name(), Agent.Queries.FindProduct(Bread)!.Name), Is.EqualTo(("Whole milk", "Our bread")));
    }

    [Test]
    public void What_cannot_be_is_refused_with_its_code_and_a_command_is_carried_out_once()
    {
        LoadCatalogue();
        Assert.That(Refused(Agent.Commands.Execute(new EditProduct(null, "ann", Code("UNKNOWN-1"), ProductField.Name, "x"))).Code, Is.EqualTo("PRODUCT_NOT_FOUND"));
        Assert.That(Refused(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, "  "))).Code, Is.EqualTo("EDIT_VALUE_MISSING"));
        Assert.That(Refused(Agent.Commands.Execute(new EditProduct(null, "ann", Milk, ProductField.Name, new('x', 201)))).Code, Is.EqualTo("TEXT_TOO_LONG"));
        var command = new EditProduct(new(Guid.NewGuid()), "ann", Milk, ProductField.Name, "Our milk");
        var first = Recorded(Agent.Commands.Execute(command));
        Assert.That(Recorded(Agent.Commands.Execute(command)), Is.EqualTo(first with { Replayed = true }));
        Assert.That(Refused(Agent.Commands.Execute(command with { Value = null })).Code, Is.EqualTo("COMMAND_REUSED"));
        Assert.That(Entries, Has.Count.EqualTo(1));
    }

    string Name() => Agent.Queries.FindProduct(Milk)!.Name;

    IReadOnlyList<OwnEdit> Own() => Agent.Queries.Edits(10);

    static RegisterRow Row(EntryId? entry, string? value, EntryId[] basedOn, EntryId[] lost) =>
        new(Milk, ProductField.Name, entry, value, 0, basedOn, lost, [], false, entry is null ? "" : "bob", new(entry is null ? 0 : 9));

    /// <summary>A page whose one entry touched no stock.</summary>
    void Apply(EntryId entry, params RegisterRow[] rows)
    {
        var from = version++;
        hash = hash.Append([entry]);
        var outcome = Agent.Cache.ApplyStorePage(new(Store, from, version, hash, [new(version, entry, null, 0, 0, false)], null) { Registers = [.. rows.Select(row => row.Version == 0 ? row with { Version = version } : row)] });
        Assert.That(outcome, Is.InstanceOf<PageOutcome.Applied>());
    }
}
