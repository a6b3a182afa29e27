using EdgeRetail.Contracts.Entries;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.EdgeAgent.Commands;

namespace EdgeRetail.EdgeAgent.Tests.Commands;

sealed class StockCommandTests : AgentFixture
{
    static readonly ProductCode Cheese = Code("CHEESE-1");
    static readonly CommandId Opening = new(new Guid("bbbbbbbb-0000-4000-8000-000000000001"));

    [Test]
    public void Deliveries_openings_and_adjustments_move_the_stock_view()
    {
        LoadCatalogue();
        Recorded(Agent.Commands.Execute(new OpenStock(null, "ann", [new(Milk, Quantity.Each(10)), new(Bread, Quantity.Each(0))])));
        Recorded(Agent.Commands.Execute(new ReceiveGoods(null, "ann", "D-77", [new(Milk, Quantity.Each(6)), new(Milk, Quantity.Each(6))])));
        Recorded(Agent.Commands.Execute(new AdjustStock(null, "ann", Milk, Quantity.Each(-1), AdjustmentReason.Damaged, "fell down")));
        SellMilk(2);
        var figure = Agent.Queries.StockOf(Milk).Figures.Single();
        Assert.That((figure.CachedThousandths, figure.PendingThousandths, figure.OnHandThousandths), Is.EqualTo((0L, 19_000L, 19_000L)));
        Assert.That(Agent.Queries.Stock(null, 10).Figures.Select(item => (item.Product, item.OnHandThousandths)), Is.EqualTo(new[] { (Milk, 19_000L), (Bread, 0L) }));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Waste_comes_off_the_stock_in_the_unit_of_its_product_and_once()
    {
        LoadCatalogue();
        Recorded(Agent.Commands.Execute(new OpenStock(null, "ann", [new(Milk, Quantity.Each(10)), new(Cheese, new(3_000, Unit.Kilogram))])));
        var command = new WasteStock(Opening, "ann", Cheese, new(450, Unit.Each), WasteReason.Expired, "mould");
        var first = Recorded(Agent.Commands.Execute(command));
        Assert.That(first.Receipt, Is.Null, "nobody paid for it");
        Assert.That(Recorded(Agent.Commands.Execute(command)), Is.EqualTo(first with { Replayed = true }));
        Assert.That(Refused(Agent.Commands.Execute(command with { Reason = WasteReason.Theft })).Code, Is.EqualTo("COMMAND_REUSED"));
        Assert.That(Refused(Agent.Commands.Execute(command with { Command = null, Quantity = new(450, Unit.Litre) })).Code, Is.EqualTo("UNIT_MISMATCH"));
        Assert.That(Agent.Queries.StockOf(Cheese).Figures.Single().OnHandThousandths, Is.EqualTo(2_550));

        Assert.That(Entries[^1], Is.TypeOf<StockWasted>());
        Assert.That(((StockWasted)Entries[^1]) is { Quantity: { Thousandths: 450, Unit: Unit.Kilogram }, Reason: WasteReason.Expired, Note: "mould" });
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void Cash_moves_no_stock_and_is_pending_all_the_same()
    {
        Recorded(Agent.Commands.Execute(new MoveCash(null, "ann", CashMovementKind.Float, Eur(20_000), "")));
        Assert.That(Scalar("SELECT count(*) FROM pending WHERE product = '' AND adjustment = 0"), Is.EqualTo(1));
        Assert.That(Agent.Queries.Stock(null, 10).Figures, Is.Empty);
        Assert.That(Agent.Queries.Status().PendingCount, Is.EqualTo(1));
    }

    [Test]
    public void What_cannot_be_is_refused_with_its_code()
    {
        var commands = Agent.Commands;
        Assert.That(Refused(commands.Execute(new MoveCash(null, "ann", CashMovementKind.Out, Eur(0), ""))).Code, Is.EqualTo("AMOUNT_NOT_POSITIVE"));
        Assert.That(Refused(commands.Execute(new MoveCash(null, "ann", CashMovementKind.Out, new(5, Currency.Parse("USD")), ""))).Code, Is.EqualTo("CURRENCY_MIXED"));
        Assert.That(Refused(commands.Execute(new MoveCash(null, "ann", CashMovementKind.Unspecified, Eur(5), ""))).Code, Is.EqualTo("CASH_MOVEMENT_MISSING"));
        Assert.That(Refused(commands.Execute(new AdjustStock(null, "ann", Milk, Quantity.Each(0), AdjustmentReason.Found, ""))).Code, Is.EqualTo("QUANTITY_ZERO"));
        Assert.That(Refused(commands.Execute(new AdjustStock(null, "ann", Milk, Quantity.Each(1), AdjustmentReason.Unspecified, ""))).Code, Is.EqualTo("REASON_MISSING"));
        Assert.That(Refused(commands.Execute(new AdjustStock(null, "ann", default, Quantity.Each(1), AdjustmentReason.Found, ""))).Code, Is.EqualTo("PRODUCT_CODE_EMPTY"));
        Assert.That(Refused(commands.Execute(new WasteStock(null, "ann", Milk, Quantity.Each(0), WasteReason.Expired, ""))).Code, Is.EqualTo("QUANTITY_NOT_POSITIVE"));
        Assert.That(Refused(commands.Execute(new WasteStock(null, "ann", Milk, Quantity.Each(1), WasteReason.Unspecified, ""))).Code, Is.EqualTo("REASON_MISSING"));
        Assert.That(Refused(commands.Execute(new WasteStock(null, "ann", default, Quantity.Each(1), WasteReason.Damaged, ""))).Code, Is.EqualTo("PRODUCT_CODE_EMPTY"));
        Assert.That(Refused(commands.Execute(new WasteStock(null, "ann", Milk, Quantity.Each(1), WasteReason.Damaged, new('x', 201)))).Code, Is.EqualTo("TEXT_TOO_LONG"));
        Assert.That(Refused(commands.Execute(new ReceiveGoods(null, "ann", "D", []))).Code, Is.EqualTo("LINES_MISSING"));
        Assert.That(Refused(commands.Execute(new ReceiveGoods(null, "ann", "D", [new(Milk, Quantity.Each(-1))]))).Code, Is.EqualTo("QUANTITY_NOT_POSITIVE"));
        Assert.That(Refused(commands.Execute(new ReceiveGoods(null, "ann", "D\0", [new(Milk, Quantity.Each(1))]))).Code, Is.EqualTo("TEXT_INVALID"));
        Assert.That(Refused(commands.Execute(new ReceiveGoods(null, "ann", "D", Lines(1001)))).Code, Is.EqualTo("TOO_MANY_LINES"));
        Assert.That(Refused(commands.Execute(new OpenStock(null, "ann", []))).Code, Is.EqualTo("LINES_MISSING"));
        Assert.That(Entries, Is.Empty);
    }

    [Test]
    public void Opening_2500_products_makes_three_entries_and_again_none()
    {
        var command = new OpenStock(Opening, "ann", Lines(2500));
        var first = Recorded(Agent.Commands.Execute(command));
        Assert.That((first.Position, first.Replayed), Is.EqualTo((3L, false)));
        Assert.That(Recorded(Agent.Commands.Execute(command)), Is.EqualTo(first with { Replayed = true }));
        Assert.That(Refused(Agent.Commands.Execute(command with { Lines = Lines(2499) })).Code, Is.EqualTo("COMMAND_REUSED"));
        Assert.That(Scalar("SELECT sum(adjustment) FROM pending"), Is.EqualTo(2_500_000));
    }

    [Test]
    public void An_opening_that_was_interrupted_goes_on_where_it_stopped()
    {
        var command = new OpenStock(Opening, "ann", Lines(2500));
        Tamper("CREATE TRIGGER power_cut BEFORE INSERT ON command WHEN new.part = 1 BEGIN SELECT RAISE(ABORT, 'cut'); END");
        Assert.That(() => Agent.Commands.Execute(command), Throws.Exception);
        Assert.That(Entries, Has.Count.EqualTo(1));
        Tamper("DROP TRIGGER power_cut");
        Reopen();
        Assert.That(Recorded(Agent.Commands.Execute(command)).Replayed, Is.False);
        Assert.That(Scalar("SELECT sum(adjustment) FROM pending"), Is.EqualTo(2_500_000));
        Assert.That(Entries, Has.Count.EqualTo(3));
        Assert.That(Broken(), Is.Empty);
    }

    [Test]
    public void An_opening_with_one_bad_line_at_the_end_writes_nothing()
    {
        Assert.That(Refused(Agent.Commands.Execute(new OpenStock(Opening, "ann", [.. Lines(2499), new(Milk, Quantity.Each(-1))]))).Code, Is.EqualTo("QUANTITY_NOT_POSITIVE"));
        Assert.That(Entries, Is.Empty);
    }

    [Test]
    public void An_opening_in_another_unit_than_the_products_in_a_later_part_writes_nothing()
    {
        LoadCatalogue();
        var command = new OpenStock(Opening, "ann", [.. Lines(2499), new(Milk, new(1_000, Unit.Kilogram))]);
        Assert.That(Refused(Agent.Commands.Execute(command)).Code, Is.EqualTo("UNIT_MISMATCH"));
        Assert.That(Entries, Is.Empty);
    }

    [Test]
    public void An_opening_that_is_recorded_is_answered_also_when_a_product_has_another_unit_by_now()
    {
        var command = new OpenStock(Opening, "ann", [.. Lines(1500), new(Milk, new(1_000, Unit.Kilogram))]);
        var first = Recorded(Agent.Commands.Execute(command));
        LoadCatalogue();
        Assert.That(Recorded(Agent.Commands.Execute(command)), Is.EqualTo(first with { Replayed = true }));
    }

    static StockLine[] Lines(int count) => [.. Enumerable.Range(0, count).Select(i => new StockLine(Code($"ITEM-{i}"), Quantity.Each(1)))];
}
