using System.Buffers.Binary;
using System.Text;

namespace EdgeRetail.CrashLab.Tests.Shim;

/// <summary>What processes did to the files of one directory and told people, in one order.</summary>
sealed record IoRecording(IReadOnlyList<IoRecord> Records)
{
    const int HeadBytes = 32;

    /// <summary>The fault happened, and the process did not end before it.</summary>
    public bool HasFault => Records.Any(record => record.Operation == IoOperation.Fault);

    /// <summary>How many operations a fault could have been put at.</summary>
    public long OperationCount => Records.Count == 0 ? 0 : Records.Max(record => record.Number);

    public static IoRecording Read(string path)
    {
        if (!File.Exists(path)) return new([]);
        ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
        var records = new List<IoRecord>();
        // A record may be cut off at the end, where the process was killed from outside in the middle of it.
        while (bytes.Length >= HeadBytes)
        {
            var head = bytes.Span;
            var nameLength = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
            var dataLength = (int)BinaryPrimitives.ReadInt64LittleEndian(head[24..]);
            if (bytes.Length < HeadBytes + nameLength + dataLength) break;
            records.Add(new(
                (IoOperation)BinaryPrimitives.ReadInt32LittleEndian(head),
                BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
                Encoding.UTF8.GetString(head.Slice(HeadBytes, nameLength)),
                BinaryPrimitives.ReadInt64LittleEndian(head[16..]),
                bytes.Slice(HeadBytes + nameLength, dataLength)));
            bytes = bytes[(HeadBytes + nameLength + dataLength)..];
        }

        return new(records);
    }
}
