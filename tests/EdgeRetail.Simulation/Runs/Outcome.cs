using EdgeRetail.CloudSync.Merge;
using System.Globalization;
using EdgeRetail.Simulation.Cloud;

namespace EdgeRetail.Simulation.Runs;

/// <summary>
/// What a run leaves behind, as the last lines of its trace: every store, stream and machine. Two runs that end with the same
/// lines have the same rows, whatever keeps them.
/// </summary>
static class Outcome
{
    public static void Note(World world, CloudContents contents)
    {
        foreach (var store in contents.Stores.OrderBy(store => store.Store.Value))
        {
            world.Trace.Note("store", store.Store.Value, store.Version, store.Journal.Count, store.Hash.ToString());
            foreach (var row in store.Journal.OrderBy(row => row.Version))
            {
                world.Tally.Add($"time {(EffectiveTimeSource)row.EffectiveTimeSource}");
                world.Trace.Note("journal", store.Store.Value, row.Version, row.Sequence, string.Create(
                    CultureInfo.InvariantCulture, $"{row.Id} {row.Hash} of {row.Device} under {row.Stream}, at {row.EffectiveTime.Packed} by {row.EffectiveTimeSource}, received {row.ReceivedAtMs}{(row.IsQuarantined ? ", quarantined" : "")}"));
            }

            foreach (var (product, onHand) in store.Stock.OrderBy(row => row.Key)) world.Trace.Note("stock", store.Store.Value, onHand, store.EffectSums.GetValueOrDefault(product), product.Value);
        }

        foreach (var (stream, (applied, chain)) in contents.Streams.OrderBy(row => row.Key.Value)) world.Trace.Note("stream", 0, applied, 0, $"{stream} {chain}");
        foreach (var (stream, sequence, entry) in contents.Sequences.OrderBy(row => row.Stream.Value).ThenBy(row => row.Sequence)) world.Trace.Note("sequence", 0, sequence, 0, $"{stream} {entry}");
        foreach (var machine in world.Machines)
        {
            var disk = machine.Disk;
            world.Trace.Note("machine", machine.Number, disk.LastSequence, disk.StoreCursor.Version, string.Create(
                CultureInfo.InvariantCulture, $"{disk.Stream} from {disk.OldestRetained}, {disk.StoreCursor.Hash}, {disk.Identity.ReceiptSeries}"));
            foreach (var own in disk.Own()) world.Trace.Note("own", machine.Number, own.Store.Value, own.IsPending ? 1 : 0, own.Id.ToString());
            foreach (var (product, onHand) in disk.Cached().Where(row => row.Value != 0).OrderBy(row => row.Key)) world.Trace.Note("cached", machine.Number, onHand, 0, product.Value);
        }
    }
}
