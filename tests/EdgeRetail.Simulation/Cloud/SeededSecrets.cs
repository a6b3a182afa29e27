using System.Buffers.Binary;
using EdgeRetail.CloudSync.Operations;
using EdgeRetail.Simulation.Schedule;

namespace EdgeRetail.Simulation.Cloud;

/// <summary>Ids from the run's seed. They go on from where they are after a restore: a stream id is never used again.</summary>
sealed class SeededSecrets(ulong seed) : SecretSource
{
    readonly Chance chance = new(seed);

    public override void Fill(Span<byte> bytes)
    {
        Span<byte> eight = stackalloc byte[8];
        for (var i = 0; i < bytes.Length; i += 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(eight, chance.Next());
            eight[..Math.Min(8, bytes.Length - i)].CopyTo(bytes[i..]);
        }
    }
}
