using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Devices;

/// <summary>What a device's stores promise to staff and to the sync session; all of it survives a crash of the program.</summary>
interface IDeviceDisk : IDisposable
{
    DeviceIdentity Identity { get; }

    StreamId Stream { get; }

    long LastSequence { get; }

    long AcknowledgedThrough { get; }

    FeedCursor StoreCursor { get; }

    long OldestRetained { get; }

    /// <summary>While true every write is refused.</summary>
    bool IsFull { get; set; }

    /// <summary>How many later releases have been put on it.</summary>
    int Release { get; }

    /// <summary>The program starts over what is there; the one before was killed, if it still ran.</summary>
    void Start();

    /// <summary>What a Hello says.</summary>
    HelloState State();

    /// <summary>Commits the entry, synced.</summary>
    Recorded Record(Draft draft);

    /// <summary>Carries out what the session wants of the stores; the answer, if there is one.</summary>
    SyncInput? Carry(SyncEffect effect);

    /// <summary>Forgets the prefix of the ledger that it may forget.</summary>
    void Prune();

    /// <summary>The retained entries, oldest first.</summary>
    IReadOnlyList<OwnEntry> Own();

    /// <summary>The chain hash of the current stream; null where the ledger does not reach that far.</summary>
    ChainHash? ChainAt(long sequence);

    /// <summary>The cached figures of the present store, 0 left out.</summary>
    IReadOnlyDictionary<ProductCode, long> Cached();

    /// <summary>What is pending in the present store, 0 left out.</summary>
    IReadOnlyDictionary<ProductCode, long> Pending();

    /// <summary>The stock of the present store as people see it.</summary>
    IReadOnlyDictionary<ProductCode, long> Shown();

    /// <summary>Whether what stores the rows finds nothing wrong with them.</summary>
    bool IsWhole();

    /// <summary>A copy of everything, as an image of the card is.</summary>
    DiskImage TakeImage();

    /// <summary>The disk is as the image was; or the ledger on it alone.</summary>
    void Put(DiskImage image, bool ledgerAlone);

    /// <summary>The power goes: of the writes since the last synced one, this share of them stays.</summary>
    void LosePower(double share);

    /// <summary>The cached row of a product of the present store changes to this figure, or goes, and no store has written it.</summary>
    void Rot(ProductCode product, long? onHand);

    /// <summary>The next release is put on it and migrates the ledger; it is killed so far into that before, each time.</summary>
    void Upgrade(IReadOnlyList<double> killedAt);

    /// <summary>The ledger is taken over by a new device.</summary>
    void Adopt(DeviceEnrolment enrolment);
}
