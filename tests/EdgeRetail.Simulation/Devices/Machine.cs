using EdgeRetail.Contracts.Sync.V1;
using EdgeRetail.EdgeAgent.Enrolment;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Sync;
using EdgeRetail.Simulation.Checking;
using EdgeRetail.Simulation.Cloud;
using EdgeRetail.Simulation.Network;
using EdgeRetail.Simulation.Runs;
using EdgeRetail.Simulation.Shop;

namespace EdgeRetail.Simulation.Devices;

/// <summary>
/// A kiosk: its disk, and the program that runs over it. The program's loop is the product's worker step by step on the one
/// thread: the product's session decides, the disk carries out, the schedule says when to call again.
/// </summary>
sealed class Machine
{
    readonly World world;
    readonly DeviceFacts facts;
    SyncSession? session;
    Line? line;
    SyncSchedule schedule = SyncSchedule.Start;
    BatchSizing sizing = BatchSizing.Unlimited;
    ForkReason? fork;
    TimeSpan connectedAt;
    TimeSpan? readingSince;
    int callPlan;
    int wakePlan;
    int crashIn = -1;
    CrashPoint? crashPoint;
    Action? crash;

    public Machine(World world, int number, MachineClock clock, IDeviceDisk disk, string fingerprint)
    {
        this.world = world;
        Number = number;
        Clock = clock;
        Disk = disk;
        facts = new("simulation", fingerprint);
    }

    public int Number { get; }

    public MachineClock Clock { get; }

    public IDeviceDisk Disk { get; }

    public bool IsOn { get; private set; }

    /// <summary>Whether nothing of it gets through.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The replica that it calls; null: whichever it meets.</summary>
    public Replica? Calls { get; set; }

    /// <summary>An image of the disk that somebody took.</summary>
    public DiskImage? Backup { get; private set; }

    /// <summary>Whether nothing is left to do, up to the head of the store's feed.</summary>
    public bool IsAtRest => session is { IsDrained: true, IsUpToDate: true } && Disk.AcknowledgedThrough == Disk.LastSequence
        && Disk.StoreCursor.Version == world.Database.HeadOf(Disk.Identity.Store)
        && !Disk.Own().Any(own => own.IsPending) && !world.Checker.IsRotten(this);

    public string Describe() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"machine {Number} (device {Disk.Identity.Device}, on {IsOn}, in session {session?.IsEstablished}, {Disk.AcknowledgedThrough} of {Disk.LastSequence} acknowledged, store version {Disk.StoreCursor.Version})");

    TimeSpan SessionTime => world.Queue.Now - connectedAt;

    // ---- Power

    public void Start()
    {
        Clock.Boot(world.Chance.Next() >> 1);
        Disk.Start();
        world.Checker.CheckStarted(this);
        IsOn = true;
        PlanCall(world.Chance.Milliseconds(0, 2_000));
    }

    /// <summary>The program ends after so many more effects of its session, or now where there is no session.</summary>
    public void CrashAfter(int effects, string what, Action then)
    {
        crashPoint = null;
        crash = () =>
        {
            world.Fault(what, Number);
            Stop(told: world.Chance.OneIn(2));
            then();
            world.Queue.After(world.Chance.Seconds(1, 60), Start);
        };
        crashIn = effects;
        if (session is null && effects >= 0) Crash();
    }

    /// <summary>The program ends the next time that its session comes there.</summary>
    public void CrashAt(CrashPoint point, string what, Action then)
    {
        CrashAfter(-1, what, then);
        crashPoint = point;
    }

    void Crash()
    {
        crashIn = -1;
        crashPoint = null;
        var now = crash;
        crash = null;
        now?.Invoke();
    }

    void Stop(bool told)
    {
        IsOn = false;
        session = null;
        line?.LeaveUp(told);
        line = null;
        (schedule, sizing, fork) = (SyncSchedule.Start, BatchSizing.Unlimited, null);
        callPlan++;
    }

    /// <summary>Whether a session is open in which batches go up.</summary>
    public bool IsInSession => session is { IsEstablished: true };

    /// <summary>The program is ended in order and started again.</summary>
    public void Restart()
    {
        if (!IsOn) return;
        Stop(told: true);
        world.Queue.After(world.LaterChance.Seconds(1, 10), Start);
    }

    /// <summary>The line breaks, and the program calls again.</summary>
    public void BreakCall()
    {
        if (line is { } broken) HearEnd(broken, CallStatus.Unavailable, null, null);
    }

    /// <summary>The same, and it takes what it has to be another history than the cloud's.</summary>
    public void AskForNewStream()
    {
        BreakCall();
        fork = new("LEDGER_FORKED", "The ledger says so.");
    }

    public void TakeImage() => Backup = Disk.TakeImage();

    /// <summary>The disk is set back to the image, and the machine started again.</summary>
    public void PutImage(bool ledgerAlone)
    {
        if (Backup is not { } backup) return;
        Stop(told: false);
        Disk.Put(backup, ledgerAlone);
        world.Checker.DiskReplaced(this);
        world.Checker.CheckView(this);
        world.Queue.After(world.Chance.Seconds(5, 120), Start);
    }

    public void CutOff(TimeSpan duration)
    {
        IsCutOff = true;
        // Keep-alive finds out, sooner or later.
        var cut = line;
        world.Queue.After(world.Chance.Seconds(5, 60), () =>
        {
            if (cut is not null) HearEnd(cut, CallStatus.Unavailable, null, null);
        });
        world.Queue.After(duration, () => IsCutOff = false);
    }

    /// <summary>The faults are over: a call on which messages were lost or mixed is not one that lasts.</summary>
    public void EndDamagedCall()
    {
        crashIn = -1;
        crashPoint = null;
        if (line is { IsDamaged: true } damaged) HearEnd(damaged, CallStatus.Unavailable, null, null);
    }

    /// <summary>A person makes the machine another device's.</summary>
    public void Adopt(DeviceEnrolment enrolment)
    {
        Stop(told: true);
        Disk.Adopt(enrolment);
        world.Queue.After(world.Chance.Seconds(5, 30), Start);
    }

    // ---- Selling

    public void Sell()
    {
        if (!IsOn) return;
        var draft = Draw();
        Recorded recorded;
        try
        {
            recorded = Disk.Record(draft);
        }
        catch (DiskFullException)
        {
            world.Tally.Add("sale refused, disk full");
            return;
        }

        if (draft.Poison) world.Tally.Add("fault Poison");
        if (draft.Lines.Count > 1) world.Tally.Add("entry of several lines");
        world.Tally.Add($"entry {draft.Kind}");
        world.Trace.Note("recorded", Number, Disk.LastSequence, draft.Lines.Count, $"{recorded.Id} {recorded.Receipt}");
        world.Checker.Recorded(this, recorded, draft);
        world.Checker.CheckView(this);
        world.Checker.CheckCounted(this, draft);
        Handle(new SyncInput.EntriesAppended());
    }

    /// <summary>Mostly something new; now and then what was sold just now is taken back.</summary>
    Draft Draw() =>
        world.Chance.Percent(4) && world.Checker.Voidable(Disk.Own(), Disk.Identity.Device, Disk.Identity.Store) is { Receipt: { } receipt } sale
            ? Staff.Void(world.Checker.DraftOf(sale.Id), sale.Id, receipt)
            : Staff.Draw(world.Chance, world.Options.Faults.HasFlag(Faults.Poison));

    public void Prune()
    {
        if (!IsOn || Disk.IsFull) return;
        var before = Disk.OldestRetained;
        var own = Disk.Own();
        Disk.Prune();
        var pruned = own.Count - Disk.Own().Count;
        if (pruned == 0) return;
        world.Tally.Add("entries pruned", pruned);
        world.Trace.Note("pruned", Number, before, pruned);
        world.Checker.CheckPruned(this, own.Take(pruned));
    }

    // ---- Syncing

    void PlanCall(TimeSpan delay)
    {
        var plan = ++callPlan;
        world.Queue.After(delay, () =>
        {
            if (plan == callPlan && IsOn && session is null) Call();
        });
    }

    void Call()
    {
        if (!world.Knows(Disk.Identity.Device)) return;
        world.Checker.Called(this, world.Queue.Now);
        readingSince = null;
        line = new(world, this, Calls ?? world.Chance.Of(world.Replicas));
        session = new(sizing, fork);
        connectedAt = world.Queue.Now;
        if (IsCutOff)
        {
            var cut = line;
            world.Queue.After(world.Chance.Seconds(1, 12), () => HearEnd(cut, CallStatus.Unavailable, null, null));
        }

        Handle(new SyncInput.Connected(Disk.State(), facts));
    }

    public void Hear(Line from, CloudMessage message)
    {
        if (from != line) return;
        if (world.Alters is { } alters) message = alters(this, message);
        world.Checker.Told(this, from.Call.Stream, message);
        if (message.Refusal is { } refusal) world.Trace.Note("refused", Number, (long)refusal.AppliedThrough, 0, refusal.Code);
        if ((world.Options.Without == ProtocolRule.None ? message : Unruled(message)) is { } heard) Handle(new SyncInput.CloudSaid(heard));
    }

    public void HearEnd(Line from, CallStatus status, string? code, TimeSpan? retryAfter)
    {
        if (from == line) Handle(new SyncInput.CallEnded(status, code, retryAfter, "the call is over"));
    }

    void Handle(SyncInput first)
    {
        var inputs = new Queue<SyncInput>([first]);
        while (session is { } running && inputs.TryDequeue(out var input))
        {
            foreach (var effect in running.Handle(input, SessionTime))
            {
                if (crashIn == 0 || MeetsCrashPoint(effect, isDone: false))
                {
                    Crash();
                    return;
                }

                if (crashIn > 0) crashIn--;
                if (!CarryOut(effect, running, inputs)) return;
                if (!MeetsCrashPoint(effect, isDone: true)) continue;
                Crash();
                return;
            }
        }

        PlanWake();
    }

    bool MeetsCrashPoint(SyncEffect effect, bool isDone)
    {
        var meets = crashPoint switch
        {
            CrashPoint.BeforeRestamping => !isDone && effect is SyncEffect.PersistWelcome { Welcome.Opening: not null },
            CrashPoint.AfterRestamping => isDone && effect is SyncEffect.PersistWelcome { Welcome.Opening: not null },
            CrashPoint.WhileReadingAnew => isDone && effect is SyncEffect.StoreSnapshot,
            CrashPoint.WhileLaying => isDone && effect is SyncEffect.LayPage,
            _ => false,
        };
        if (meets) world.Tally.Add($"crash {crashPoint}");
        return meets;
    }

    /// <summary>False where the call is over.</summary>
    bool CarryOut(SyncEffect effect, SyncSession running, Queue<SyncInput> inputs)
    {
        switch (effect)
        {
            case SyncEffect.Send(var message):
                line!.SendUp(message);
                return true;
            case SyncEffect.Alarm alarm:
                world.Tally.Add($"alarm {alarm.Code}");
                return true;
            case SyncEffect.EndCall(var end):
                Ended(end, running.Sizing);
                return false;
            default:
                return Carry(effect, running, inputs);
        }
    }

    bool Carry(SyncEffect effect, SyncSession running, Queue<SyncInput> inputs)
    {
        SyncInput? answer;
        try
        {
            answer = Disk.Carry(effect);
        }
        catch (DiskFullException)
        {
            Ended(new("LEDGER_UNUSABLE", "The disk is full.", SyncRetry.BackOff, TimeSpan.Zero), running.Sizing);
            return false;
        }

        if (answer is not null) inputs.Enqueue(answer);
        if (answer is SyncInput.FiguresRead(var figures)) world.Checker.Reported(this, figures);
        switch (effect)
        {
            case SyncEffect.ApplyPage(var page):
                world.Trace.Note("page", Number, (long)page.FromVersion, (long)page.ToVersion, Said(answer));
                break;
            case SyncEffect.LayPage(var page, _):
                world.Trace.Note("page laid", Number, (long)page.FromVersion, (long)page.ToVersion, Said(answer));
                break;
            case SyncEffect.StoreSnapshot(var page):
                world.Trace.Note("snapshot page", Number, (long)page.Head.Version, page.Stock.Count, Said(answer));
                break;
            case SyncEffect.RepairRange(var page):
                world.Trace.Note("range compared", Number, (long)page.Head.Version, page.Stock.Count, Said(answer));
                break;
            case SyncEffect.PersistWelcome or SyncEffect.PersistAcknowledgement: break;
            default: return true;
        }

        if (effect is SyncEffect.StoreSnapshot or SyncEffect.LayPage) readingSince ??= world.Queue.Now;
        if (answer is SyncInput.SnapshotSwitched or SyncInput.SnapshotLost) readingSince = null;
        if (readingSince is { } since && line is { IsDamaged: false }) Checker.CheckReading(this, world.Queue.Now - since);
        if (answer is SyncInput.SnapshotSwitched) world.Tally.Add("cache read anew");
        if (answer is SyncInput.SnapshotLost) world.Tally.Add("snapshot lost");
        world.Checker.CheckView(this);
        return true;
    }

    static string Said(SyncInput? answer) => answer switch
    {
        SyncInput.StoreRefused refused => refused.Code,
        SyncInput.PageStored stored => $"{stored.Covered} covered",
        SyncInput.SnapshotSwitched switched => $"shown, {switched.Covered} covered",
        SyncInput.SnapshotLost => "lost",
        SyncInput.RangeRepaired(_, var corrected) => $"{corrected} corrected",
        _ => "",
    };

    void Ended(SyncEnd end, BatchSizing sizingReached)
    {
        world.Tally.Add($"end {end.Code}");
        world.Trace.Note("call ended", Number, Disk.AcknowledgedThrough, Disk.LastSequence, end.Code);
        line?.LeaveUp(told: !world.FaultsLast || world.Chance.Percent(70));
        (session, line) = (null, null);
        sizing = sizingReached;
        fork = end.Fork ?? (end.WasConnected ? null : fork);
        schedule = schedule.After(end);
        PlanCall(schedule.NextDelay(world.Chance.Fraction()));
    }

    void PlanWake()
    {
        var plan = ++wakePlan;
        if (session is not { WakeAt: { } wake } running) return;
        world.Queue.After(wake - SessionTime, () =>
        {
            if (plan == wakePlan && session == running) Handle(new SyncInput.Tick());
        });
    }

    // ---- With a rule taken out

    /// <summary>The message as a device hears it that does not keep the rules which are taken out; null where it takes no notice.</summary>
    CloudMessage? Unruled(CloudMessage message)
    {
        var heard = message.Clone();
        if (!world.Options.Has(ProtocolRule.IdleDiscovery))
        {
            if (heard.Ack is { } ack)
            {
                if ((long)ack.AppliedThrough < Disk.AcknowledgedThrough) return null;
                ack.Incarnation = Google.Protobuf.ByteString.Empty;
            }

            if (heard.Page?.Marker is { } behind && (long)behind.AppliedThrough < Disk.AcknowledgedThrough) heard.Page.Marker = null;
        }

        var trusts = !world.Options.Has(ProtocolRule.Chain);
        if (trusts && heard.Welcome is { } welcome && welcome.Stream.Span.SequenceEqual(Disk.Stream.ToByteArray())) welcome.AppliedChain = Trusted((long)welcome.AppliedThrough, welcome.AppliedChain);
        if (trusts && heard.Ack is { } answer) answer.AppliedChain = Trusted((long)answer.AppliedThrough, answer.AppliedChain);
        if (trusts && heard.Refusal is { AppliedChain.Length: > 0 } refusal) refusal.AppliedChain = Trusted((long)refusal.AppliedThrough, refusal.AppliedChain);
        if ((trusts || !world.Options.Has(ProtocolRule.MarkerChain)) && heard.Page?.Marker is { } marker) marker.AppliedChain = Trusted((long)marker.AppliedThrough, marker.AppliedChain);
        return heard;
    }

    Google.Protobuf.ByteString Trusted(long sequence, Google.Protobuf.ByteString claimed) =>
        Disk.ChainAt(sequence) is { } own ? Google.Protobuf.ByteString.CopyFrom(own.ToByteArray()) : claimed;
}
