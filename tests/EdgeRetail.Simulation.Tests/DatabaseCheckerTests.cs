namespace EdgeRetail.Simulation.Tests;

/// <summary>What takes nothing back that was there: every invariant that the checker knows has to hold by the rows alone.</summary>
[TestFixture]
public sealed class DatabaseCheckerTests : DatabaseFixture
{
    const int Seeds = 30;

    /// <summary>But for clocks that jump: one that did so within the last session stands ahead in its ledger until the next.</summary>
    const Faults Plain = Faults.Loss | Faults.Duplicate | Faults.Reorder | Faults.Zombie | Faults.Partition | Faults.Crash | Faults.PowerCut | Faults.Restart | Faults.Away
        | Faults.Poison | Faults.DiskFull | Faults.Move;

    [Test]
    public void The_checker_finds_nothing_in_databases_that_nothing_was_taken_back_from() => Assert.That(Failures(Run(Options with { Faults = Plain }, Seeds, _ => true)), Is.Empty);
}
