using CsCheck;
using EdgeRetail.CloudSync.Merge;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;

namespace EdgeRetail.CloudSync.Tests.Merge;

/// <summary>What the edits of a field come to: a function of their set, and of nothing else.</summary>
public sealed class ProductRegisterTests
{
    static readonly FieldPolicy[] Policies =
    [
        .. from rule in Enum.GetValues<FieldRule>() from resurrects in new[] { false, true } select new FieldPolicy(1, rule, resurrects),
    ];

    /// <summary>Edits that name earlier ones, ones that are not there, and now and then themselves or each other in a circle.</summary>
    static readonly Gen<List<RegisterEdit>> Histories =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[0, 13].List[0, 3]).List[1, 12].Select(drawn =>
            drawn.Select((each, i) => Edit(i, each.Item1, each.Item2, each.Item3 == 0 ? null : $"v{each.Item3}", [.. each.Item4])).ToList());

    [Test]
    public void An_edit_supersedes_what_it_was_based_on_whatever_the_clocks_say()
    {
        var merged = Merge(Policy(FieldRule.LatestWins), Edit(0, 1, 50, "first"), Edit(1, 2, 10, "second", 0));
        Assert.That((merged.Standing!.Value, merged.Pairs.Count, merged.Heads.Count), Is.EqualTo(("second", 0, 1)));
    }

    [Test]
    public void A_device_knew_its_own_earlier_edits_though_it_does_not_name_them()
    {
        var merged = Merge(Policy(FieldRule.LatestWins), Edit(0, 1, 10, "first"), Edit(1, 1, 20, "second"));
        Assert.That((merged.Standing!.Value, merged.Pairs.Count), Is.EqualTo(("second", 0)));
    }

    [Test]
    public void An_edit_waits_for_what_it_was_based_on_and_counts_when_that_has_come()
    {
        var (first, second) = (Edit(0, 1, 10, "first"), Edit(1, 2, 20, "second", 0));
        var waiting = Merge(Policy(FieldRule.LatestWins), second);
        Assert.That((waiting.Standing, waiting.Waiting.Single()), Is.EqualTo(((RegisterEdit?)null, second)));
        Assert.That(Merge(Policy(FieldRule.LatestWins), second, first).Standing, Is.EqualTo(second));
    }

    [TestCase(FieldRule.LatestWins, "device", ExpectedResult = "device")]
    [TestCase(FieldRule.CloudWins, "device", ExpectedResult = "cloud")]
    [TestCase(FieldRule.DeviceWins, "device", ExpectedResult = "device")]
    [TestCase(FieldRule.Manual, "device", ExpectedResult = "base")]
    [TestCase(FieldRule.LatestWins, "cloud", ExpectedResult = "cloud")]
    [TestCase(FieldRule.CloudWins, "cloud", ExpectedResult = "cloud")]
    [TestCase(FieldRule.DeviceWins, "cloud", ExpectedResult = "device")]
    [TestCase(FieldRule.Manual, "cloud", ExpectedResult = "base")]
    public string? Concurrent_edits_are_decided_by_the_policy_and_both_are_kept(FieldRule rule, string later)
    {
        var merged = Merge(Policy(rule), Edit(0, 1, 5, "base"), Edit(1, 0, later == "cloud" ? 20 : 10, "cloud", 0), Edit(2, 2, later == "device" ? 20 : 10, "device", 0));
        var pair = merged.Pairs.Single();
        Assert.That(new[] { pair.First.Value, pair.Second.Value }.Order(), Is.EqualTo(new[] { "cloud", "device" }));
        Assert.That((pair.Winner?.Value, merged.Undecided), Is.EqualTo(rule == FieldRule.Manual ? ((string?)null, true) : (merged.Standing!.Value, false)));
        Assert.That(merged.Lost.Count(), Is.EqualTo(rule == FieldRule.Manual ? 2 : 1));
        return merged.Standing?.Value;
    }

    [Test]
    public void Who_edits_on_sight_of_a_decided_conflict_knew_both_and_on_sight_of_an_open_one_only_what_was_before()
    {
        RegisterEdit[] edits = [Edit(0, 1, 5, "base"), Edit(1, 1, 10, "one", 0), Edit(2, 2, 20, "two", 0)];
        Assert.That(Merge(Policy(FieldRule.LatestWins), edits).Bases, Is.EqualTo(new[] { edits[1].Id, edits[2].Id }));
        Assert.That(Merge(Policy(FieldRule.Manual), edits).Bases, Is.EqualTo(new[] { edits[0].Id }));
    }

    [Test]
    public void A_resolution_that_knew_both_settles_the_conflict_which_stays_with_its_values()
    {
        var resolved = Edit(3, 0, 30, "three", 1, 2) with { Resolves = true };
        var merged = Merge(Policy(FieldRule.Manual), Edit(1, 1, 10, "one"), Edit(2, 2, 20, "two"), resolved);
        Assert.That((merged.Standing, merged.Undecided, merged.Pairs.Single().SettledBy), Is.EqualTo((resolved, false, resolved)));
    }

    [TestCase(false, ExpectedResult = null)]
    [TestCase(true, ExpectedResult = "stale")]
    public string? A_stale_edit_resurrects_only_where_the_policy_says_so(bool resurrects) =>
        Merge(new(1, FieldRule.LatestWins, resurrects), Edit(0, 1, 5, "base"), Edit(1, 1, 10, null, 0), Edit(2, 2, 20, "stale", 0)).Standing!.Value;

    [Test]
    public void An_edit_that_knew_of_the_removal_resurrects() =>
        Assert.That(Merge(Policy(FieldRule.LatestWins), Edit(0, 1, 5, "base"), Edit(1, 1, 10, null, 0), Edit(2, 2, 20, "again", 1)).Standing!.Value, Is.EqualTo("again"));

    [Test]
    public void A_second_removal_says_the_same_and_leaves_nothing_to_decide()
    {
        var merged = Merge(Policy(FieldRule.Manual), Edit(0, 1, 5, "base"), Edit(1, 1, 10, null, 0), Edit(2, 2, 20, null, 0));
        Assert.That((merged.Undecided, merged.Standing!.Value), Is.EqualTo((false, (string?)null)));
    }

    /// <summary>Group E of the scenarios: an update on a losing leaf succeeds and may win.</summary>
    [Test]
    public void An_edit_on_top_of_a_loser_is_in_conflict_with_the_winner_and_may_win()
    {
        RegisterEdit[] edits = [Edit(1, 1, 10, "one"), Edit(2, 2, 20, "two"), Edit(3, 3, 30, "on one", 1)];
        var merged = Merge(Policy(FieldRule.LatestWins), edits);
        Assert.That((merged.Standing, merged.Pairs.Single().First, merged.Pairs.Single().Second), Is.EqualTo((edits[2], edits[1], edits[2])), "The pair of the two leaves that are left.");
    }

    /// <summary>Group E: 500 siblings do not exhaust the stack, and each is in one pair with each other.</summary>
    [Test]
    public void Five_hundred_devices_that_edit_at_once_are_merged()
    {
        var merged = Merge(Policy(FieldRule.LatestWins), [.. Enumerable.Range(1, 500).Select(i => Edit(i, i, 10, $"v{i}"))]);
        Assert.That((merged.Heads.Count, merged.Pairs.Count, merged.Standing!.Value), Is.EqualTo((500, 500 * 499 / 2, "v500")), "At one time the higher device is the later.");
    }

    [Test]
    public void A_chain_of_thousands_is_merged()
    {
        var merged = Merge(Policy(FieldRule.LatestWins), [.. Enumerable.Range(0, 5_000).Select(i => i == 0 ? Edit(0, 1, 0, "v0") : Edit(i, 1 + (i % 2), i, $"v{i}", i - 1))]);
        Assert.That((merged.Standing!.Value, merged.Pairs.Count), Is.EqualTo(("v4999", 0)));
    }

    [Test]
    public void Edits_in_a_circle_wait_and_hold_nobody_up()
    {
        var merged = Merge(Policy(FieldRule.LatestWins), Edit(0, 1, 10, "zero", 1), Edit(1, 2, 20, "one", 0), Edit(2, 3, 5, "honest"));
        Assert.That((merged.Standing!.Value, merged.Waiting.Count), Is.EqualTo(("honest", 2)));
    }

    [Test]
    public void Any_order_and_any_repeat_give_the_same() =>
        Gen.Select(Histories, Gen.Int).Sample(
            (history, seed) =>
            {
                RegisterEdit[] shuffled = [.. history, .. history.Take(history.Count / 2)];
                new Random(seed).Shuffle(shuffled);
                foreach (var policy in Policies)
                {
                    if (Words(ProductRegister.Merge(history, policy)) != Words(ProductRegister.Merge(shuffled, policy))) return false;
                }

                return true;
            },
            iter: 5_000);

    [Test]
    public void Every_edit_is_a_head_superseded_or_waiting_and_only_a_head_or_what_heads_knew_stands() =>
        Histories.Sample(
            history =>
            {
                foreach (var policy in Policies)
                {
                    var merged = ProductRegister.Merge(history, policy);
                    if (merged.Heads.Intersect(merged.Waiting).Any()) return false;
                    if (merged.Standing is { } standing && merged.Undecided == merged.Heads.Contains(standing)) return false;
                    if (merged.Standing is null && merged.Heads.Count > 0 && !merged.Undecided) return false;
                    if (merged.Pairs.Select(pair => (pair.First.Id, pair.Second.Id)).Distinct().Count() != merged.Pairs.Count) return false;
                    if (merged.Pairs.Count(pair => pair.SettledBy is null) != merged.Heads.Count * (merged.Heads.Count - 1) / 2) return false;
                }

                return true;
            },
            iter: 5_000);

    /// <summary>
    /// Up to six edits of three devices with every shape of what they were based on that matters, arriving in every order and cut
    /// into batches in every way of two: registers and conflicts are the same at the end.
    /// </summary>
    [TestCase(1)]
    [TestCase(3)]
    public void Every_arrival_order_of_up_to_six_edits_comes_to_the_same_rows(int editsAtOneTime)
    {
        var orders = 0;
        var policies = new EditPolicies([(ProductField.Name, new(1, FieldRule.Manual, false)), (ProductField.Brand, new(2, FieldRule.CloudWins, false))]);
        for (var count = 1; count <= 6; count++)
        {
            for (var shape = 0; shape < 24; shape++)
            {
                var random = new Random(shape);
                var edits = Enumerable.Range(0, count).Select(i => Edit(
                    i, (i + shape) % 3, i / editsAtOneTime, random.Next(5) == 0 ? null : $"v{i}", [.. Enumerable.Range(0, i).Where(_ => random.Next(3) == 0)])
                    with { Resolves = random.Next(6) == 0 }).ToList();
                foreach (var field in new[] { ProductField.Name, ProductField.Brand, ProductField.Size })
                {
                    string? expected = null;
                    foreach (var order in Permutations(count))
                    {
                        var fold = new RegisterFold(new(1), policies);
                        var version = 0L;
                        foreach (var i in order) fold.Merge(new(ProductCode.Parse("MILK"), field), edits[i], ++version, policies.Version);
                        var rows = Words(fold.Registers.Values.Single());
                        expected ??= rows;
                        if (rows != expected) Assert.Fail($"shape {shape}, {field}, order {string.Join(',', order)}:\n{rows}\nnot\n{expected}");
                        orders++;
                    }
                }
            }
        }

        TestContext.Out.WriteLine($"{orders} arrival orders");
        Assert.That(orders, Is.GreaterThan(60_000));
    }

    [Test]
    public void What_was_settled_keeps_the_policy_it_was_decided_by_and_what_is_merged_later_takes_the_later_one()
    {
        var policies = new EditPolicies([(ProductField.Name, new(1, FieldRule.Manual, false)), (ProductField.Name, new(2, FieldRule.LatestWins, false))]);
        var fold = new RegisterFold(new(1), policies);
        var key = new RegisterKey(ProductCode.Parse("MILK"), ProductField.Name);
        fold.Merge(key, Edit(1, 1, 10, "one"), 1, 1);
        fold.Merge(key, Edit(2, 2, 20, "two"), 2, 1);
        Assert.That(fold.Registers[key].Conflicts.Single(), Has.Property("State").EqualTo(ConflictState.Open).And.Property("PolicyVersion").EqualTo(1));
        fold.Merge(key, Edit(3, 0, 30, "three", 1, 2) with { Resolves = true }, 3, 2);
        fold.Merge(key, Edit(4, 1, 40, "four", 3), 4, 2);
        fold.Merge(key, Edit(5, 2, 50, "five", 3), 5, 2);
        var (resolved, decided) = (fold.Registers[key].Conflicts.Single(each => each.State == ConflictState.Resolved), fold.Registers[key].Conflicts.Single(each => each.State == ConflictState.Decided));
        Assert.That((resolved.Rule, resolved.PolicyVersion, resolved.Version), Is.EqualTo((FieldRule.Manual, 1, 3L)));
        Assert.That((decided.Rule, decided.PolicyVersion, decided.Winner), Is.EqualTo((FieldRule.LatestWins, 2, (EntryId?)Id(5))));
    }

    static FieldPolicy Policy(FieldRule rule) => new(1, rule, Resurrects: false);

    static RegisterState Merge(FieldPolicy policy, params RegisterEdit[] edits) => ProductRegister.Merge(edits, policy);

    static EntryId Id(int number) => new(new Guid(number, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 0]));

    static RegisterEdit Edit(int number, int device, int time, string? value, params int[] basedOn) =>
        new(new(new HybridTimestamp(time, 0), new(device), Id(number)), value, [.. basedOn.Select(Id)]);

    static string Words(RegisterState state) =>
        $"{state.Standing?.Id} {state.Undecided} [{Ids(state.Heads)}] [{Ids(state.Waiting)}] {string.Join(' ', state.Pairs.Select(pair => $"{pair.First.Id}/{pair.Second.Id}:{pair.Winner?.Id}:{pair.SettledBy?.Id}").Order())}";

    static string Words(MergedRegister register) =>
        $"{Words(register.State)} {string.Join(' ', register.Conflicts.Select(each => $"{each with { Version = 0 }}"))}";

    static string Ids(IEnumerable<RegisterEdit> edits) => string.Join(',', edits.Select(edit => edit.Id));

    static IEnumerable<int[]> Permutations(int count)
    {
        if (count == 0) return [[]];
        return from shorter in Permutations(count - 1) from place in Enumerable.Range(0, count) select (int[])[.. shorter[..place], count - 1, .. shorter[place..]];
    }
}
