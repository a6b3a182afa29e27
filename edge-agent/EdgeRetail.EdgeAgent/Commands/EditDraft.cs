using EdgeRetail.Contracts.Entries;
using EdgeRetail.EdgeAgent.Cache;
using EdgeRetail.EdgeAgent.Ledger;
using EdgeRetail.EdgeAgent.Storage;

namespace EdgeRetail.EdgeAgent.Commands;

/// <summary>Makes an edit on sight of what the cache has: that is what it is based on. Own edits that are pending need not be named.</summary>
static class EditDraft
{
    public static CommandDraft Resolve(WriteTransaction tx, DeviceState state, EditProduct command)
    {
        if (ProductReader.Find(tx.Connection, command.Product) is null) return new CommandDraft.Refused(Refusals.ProductNotFound(command.Product));
        var basedOn = RegisterTable.Of(tx.Connection, state.StockGeneration, state.Identity.Store, command.Product).FirstOrDefault(row => row.Field == command.Field)?.BasedOn ?? [];
        return new CommandDraft.Ready((header, _) => new ProductEdited(header, command.Product, command.Field, command.Value, basedOn));
    }
}
