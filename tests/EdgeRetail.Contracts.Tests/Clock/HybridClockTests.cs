using System.Text.Json;
using CsCheck;
using EdgeRetail.Contracts.Clock;
using EdgeRetail.TestKit;

namespace EdgeRetail.Contracts.Tests.Clock;

/// <summary>The clock keeps the paper's semantics: a receive ticks once. Two published tables differ on that at two steps.</summary>
sealed class HybridClockTests
{
    static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(1000);

    [Test]
    public void The_papers_table_holds_step_by_step()
    {
        var clock = default(HybridTimestamp);
        var rejected = 0;
        foreach (var step in Vectors.GetProperty("paper_semantics").GetProperty("steps").EnumerateArray())
        {
            var (taken, next) = Step(clock, step, Bound);
            if (step.GetProperty("expect").ValueKind == JsonValueKind.String)
            {
                rejected++;
                Assert.That((taken, next), Is.EqualTo((false, clock)), $"{step}");
                continue;
            }

            Assert.That((taken, next), Is.EqualTo((true, Stamp(step.GetProperty("expect")))), $"{step}");
            clock = next;
        }

        Assert.That(rejected, Is.EqualTo(1));
    }

    [Test]
    public void The_other_table_merges_without_ticking_and_differs_where_it_should()
    {
        // There a receive is now(), update(msg), now(): the last ticks, and the first has ticked before. Followed from its own
        // states, our receive differs at exactly the two steps that its note names.
        var clock = default(HybridTimestamp);
        var different = new List<string>();
        foreach (var step in Vectors.GetProperty("merge_without_tick_semantics").GetProperty("steps").EnumerateArray())
        {
            var expected = Stamp(step.GetProperty("expect"));
            var (_, next) = Step(clock, step, TimeSpan.Zero);
            if (next != expected) different.Add($"{next} not {expected}");
            clock = expected;
        }

        Assert.That(different, Is.EqualTo(new[] { "10.8 not 10.9", "11.0 not 11.1" }));
    }

    [Test]
    public void A_clock_further_ahead_than_the_published_bound_is_not_believed()
    {
        var last = new HybridTimestamp(100, 3);
        foreach (var check in Vectors.GetProperty("offset_checks").EnumerateArray())
        {
            var isWhole = check.TryGetProperty("physical", out var physical);
            var bound = TimeSpan.FromMilliseconds(check.GetProperty(isWhole ? "max_offset" : "max_offset_ms").GetInt64());
            var now = isWhole ? physical.GetInt64() : 1_000_000;
            var message = isWhole
                ? new HybridTimestamp(check.GetProperty("msg")[0].GetInt64(), check.GetProperty("msg")[1].GetInt32())
                : new HybridTimestamp(now + check.GetProperty("msg_ahead_ms").GetInt64(), 0);
            var taken = check.GetProperty("expect").GetString()!.StartsWith("accept", StringComparison.Ordinal);
            Assert.That(HybridClock.TryReceive(last, message, now, bound, out var next), Is.EqualTo(taken), $"{check}");
            Assert.That(next, Is.EqualTo(taken ? new HybridTimestamp(message.Milliseconds, message.Counter + 1) : last), $"{check}");
        }
    }

    [TestCase(50, true)]
    [TestCase(51, false)]
    public void A_clock_that_is_ahead_by_the_bound_is_believed_and_no_further(int aheadMilliseconds, bool taken) =>
        Assert.That(HybridClock.TryReceive(default, new(1_000 + aheadMilliseconds, 0), 1_000, TimeSpan.FromMilliseconds(50), out _), Is.EqualTo(taken));

    [Test]
    public void A_full_counter_adds_a_millisecond()
    {
        var full = new HybridTimestamp(1000, HybridTimestamp.CounterMax);
        Assert.That(HybridClock.Send(full, 1000), Is.EqualTo(new HybridTimestamp(1001, 0)));
        Assert.That(HybridClock.TryReceive(default, full, 1000, Bound, out var next), Is.True);
        Assert.That(next, Is.EqualTo(new HybridTimestamp(1001, 0)));
    }

    [Test]
    public void The_clock_only_rises_and_stays_within_the_bound_of_what_it_saw() =>
        Gen.Select(Gen.Bool, Gen.Long[1, 5000], Gen.Long[0, 8000], Gen.Int[0, HybridTimestamp.CounterMax]).Array[1, 50].Sample(steps =>
        {
            var clock = default(HybridTimestamp);
            var highestPhysical = 0L;
            foreach (var (send, physical, milliseconds, counter) in steps)
            {
                highestPhysical = Math.Max(highestPhysical, physical);
                var before = clock;
                if (send)
                {
                    clock = HybridClock.Send(clock, physical);
                    Assert.That(clock.CompareTo(before), Is.Positive);
                }
                else if (HybridClock.TryReceive(clock, new(milliseconds, counter), physical, Bound, out clock))
                {
                    Assert.That(clock.CompareTo(before), Is.Positive);
                    Assert.That(clock.CompareTo(new(milliseconds, counter)), Is.Positive);
                }
                else
                {
                    Assert.That(clock, Is.EqualTo(before));
                }

                Assert.That(clock.Milliseconds, Is.LessThanOrEqualTo(highestPhysical + 1001));
            }
        });

    [Test]
    public void The_packed_number_orders_like_the_pair_up_to_the_end_of_48_bits() =>
        Gen.Select(Gen.Long[0, (1L << 48) - 1], Gen.Int[0, HybridTimestamp.CounterMax], Gen.Long[0, (1L << 48) - 1], Gen.Int[0, HybridTimestamp.CounterMax]).Sample((a, b, c, d) =>
        {
            var (first, second) = (new HybridTimestamp(a, b), new HybridTimestamp(c, d));
            Assert.That((first.Milliseconds, first.Counter), Is.EqualTo((a, b)));
            Assert.That(Math.Sign(first.CompareTo(second)), Is.EqualTo(Math.Sign((a, b).CompareTo((c, d)))));
        });

    static JsonElement Vectors => JsonDocument.Parse(File.ReadAllText(SharedData.Path("vectors/hlc_steps.json"))).RootElement;

    static (bool Taken, HybridTimestamp Next) Step(HybridTimestamp clock, JsonElement step, TimeSpan bound)
    {
        var physical = step.GetProperty("physical").GetInt64();
        return step.GetProperty("op").GetString() == "send"
            ? (true, HybridClock.Send(clock, physical))
            : (HybridClock.TryReceive(clock, Stamp(step.GetProperty("msg")), physical, bound, out var next), next);
    }

    static HybridTimestamp Stamp(JsonElement pair) => new(pair[0].GetInt64(), pair[1].GetInt32());
}
