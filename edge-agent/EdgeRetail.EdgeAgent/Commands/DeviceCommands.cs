namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>What staff do. Each returns only after its entry is committed and synced to disk, or says why nothing was written.</summary>
public sealed class DeviceCommands
{
    public CommandResult Execute(RecordSale command) => throw new NotSupportedException();

    public CommandResult Execute(RecordRefund command) => throw new NotSupportedException();

    public CommandResult Execute(ReceiveGoods command) => throw new NotSupportedException();

    public CommandResult Execute(OpenStock command) => throw new NotSupportedException();

    public CommandResult Execute(AdjustStock command) => throw new NotSupportedException();

    public CommandResult Execute(MoveCash command) => throw new NotSupportedException();
}
