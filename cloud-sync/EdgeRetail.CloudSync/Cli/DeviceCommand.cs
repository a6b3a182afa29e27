using System.CommandLine;
using EdgeRetail.CloudSync.Operations;

namespace EdgeRetail.CloudSync.Cli;

/// <summary><c>device add</c>, <c>device list</c>, <c>device release</c>, <c>device revoke</c> and <c>device retire</c>.</summary>
static class DeviceCommand
{
    public static Command Build(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var command = new Command("device", "The devices that may sync.");
        command.Subcommands.Add(Add(line, secrets, clock));
        command.Subcommands.Add(List(line, clock));
        command.Subcommands.Add(Release(line, secrets, clock));
        command.Subcommands.Add(Revoke(line, secrets, clock));
        command.Subcommands.Add(Retire(line, secrets, clock));
        return command;
    }

    static Command Add(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var store = new Option<int>("--store") { Description = "The shop it stands in.", Required = true };
        var code = new Option<string>("--code") { Description = "Its code, which stands on every receipt, like T1.", Required = true };
        var address = new Option<string>("--cloud-address") { Description = "Where it finds the cloud's gRPC port.", DefaultValueFactory = _ => "http://127.0.0.1:5001" };
        var file = new Option<string>("--out") { Description = "Where its enrolment file goes, secret token included; '-' prints it.", Required = true, HelpName = "FILE" };
        var successor = new Option<string?>("--successor-of") { Description = "The device whose ledger this one takes over: for one of two copies of it.", HelpName = "DEVICE" };
        var formerId = new Option<int?>("--device-id") { Description = "The id that it had before the database was restored, as 'edgeretail status' shows it: what it recorded comes in again.", HelpName = "ID" };
        var command = new Command("add", "Add a device and write the file that enrols it: edgeretail enrol --from FILE.") { store, code, address, file, successor, formerId };
        line.Answers(command, async (parsed, database, terminal, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            var toOutput = path == "-";
            // The place of the file is tried first: a device whose token nobody has cannot be used.
            using var place = toOutput ? null : EnrolmentPlace.Take(path);

            await using var context = database.Context();
            var device = new NewDevice(parsed.GetValue(store), parsed.GetValue(code)!, parsed.GetValue(address)!) { SuccessorOf = parsed.GetValue(successor), DeviceId = parsed.GetValue(formerId) };
            switch (await new DeviceRegistry(context, secrets, clock).AddAsync(device, cancellationToken))
            {
                case DeviceAddition.Refused refused:
                    return new Answer.Refused(refused.Problem);
                case DeviceAddition.Added { Enrolment: var enrolment } when toOutput:
                    terminal.Output.WriteLine(enrolment.ToJson());
                    return new Answer.Silent();
                case DeviceAddition.Added { Enrolment: var enrolment }:
                    place!.Write(enrolment.ToJson());
                    return new Answer.Given(
                        new { enrolment.DeviceId, enrolment.DeviceCode, enrolment.StoreId, enrolment.StreamId, enrolment.ReceiptSeries, enrolment.CloudAddress, file = place.Path },
                        output =>
                        {
                            output.WriteLine($"Added device {enrolment.DeviceCode} (id {enrolment.DeviceId}) to store {enrolment.StoreId}, {enrolment.StoreName}.");
                            output.WriteLine($"Its enrolment file, which is its key, is {place.Path}");
                            output.WriteLine($"Next, on the device: edgeretail enrol --from {Path.GetFileName(place.Path)}");
                        });
                case var other:
                    throw new InvalidOperationException($"{other}");
            }
        });
        return command;
    }

    static Command List(CloudSyncCommandLine line, TimeProvider clock)
    {
        var store = new Option<int?>("--store") { Description = "Only those of one shop." };
        var command = new Command("list", "Show all devices, how far each is, and when it was last heard.") { store };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            var devices = await new DeviceQueries(database.DataSource).ListAllAsync(parsed.GetValue(store), cancellationToken);
            return new Answer.Given(new { devices }, output => Print(output, devices, clock.GetUtcNow()));
        });
        return command;
    }

    static Command Release(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var device = new Argument<string>("device") { Description = "Its code or id." };
        var command = new Command("release", "Let a held device sync again, after the other copy of it was enrolled as a device of its own.") { device };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            await using var context = database.Context();
            return await new DeviceRegistry(context, secrets, clock).ReleaseAsync(parsed.GetValue(device)!, cancellationToken) switch
            {
                DeviceRelease.Released released => new Answer.Given(released, output => output.WriteLine($"Released device {released.DeviceCode} (id {released.DeviceId}): it may sync again.")),
                DeviceRelease.Refused refused => new Answer.Refused(refused.Problem),
                var other => throw new InvalidOperationException($"{other}"),
            };
        });
        return command;
    }

    static Command Revoke(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var device = new Argument<string>("device") { Description = "Its code or id." };
        var command = new Command("revoke", "Stop a device from syncing. It keeps selling, and keeps what it has not sent.") { device };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            await using var context = database.Context();
            return await new DeviceRegistry(context, secrets, clock).RevokeAsync(parsed.GetValue(device)!, cancellationToken) switch
            {
                DeviceRevocation.Revoked revoked => new Answer.Given(
                    revoked,
                    output => output.WriteLine(revoked.Already ? $"Device {revoked.DeviceCode} was revoked already." : $"Revoked device {revoked.DeviceCode} (id {revoked.DeviceId}).")),
                DeviceRevocation.Refused refused => new Answer.Refused(refused.Problem),
                var other => throw new InvalidOperationException($"{other}"),
            };
        });
        return command;
    }

    static Command Retire(CloudSyncCommandLine line, SecretSource secrets, TimeProvider clock)
    {
        var device = new Argument<string>("device") { Description = "Its code or id." };
        var missing = new Option<long?>("--missing") { Description = "Give up exactly so many entries that it has recorded and that have not arrived.", HelpName = "N" };
        var command = new Command("retire", "Take a device out of service for good, after 'edgeretail decommission' on it or because it is lost.") { device, missing };
        line.Answers(command, async (parsed, database, _, cancellationToken) =>
        {
            await using var context = database.Context();
            return await new DeviceRegistry(context, secrets, clock).RetireAsync(parsed.GetValue(device)!, parsed.GetValue(missing), cancellationToken) switch
            {
                DeviceRetirement.Retired retired => new Answer.Given(retired, output => Print(output, retired, clock.GetUtcNow())),
                DeviceRetirement.Refused refused => new Answer.Refused(refused.Problem),
                var other => throw new InvalidOperationException($"{other}"),
            };
        });
        return command;
    }

    static void Print(TextWriter output, DeviceRetirement.Retired retired, DateTimeOffset now)
    {
        output.WriteLine(retired.Already ? $"Device {retired.DeviceCode} was retired already." : $"Retired device {retired.DeviceCode} (id {retired.DeviceId}).");
        Terminal.WriteWrapped(
            output,
            retired.Missing > 0 ? $"{PlainWords.Count(retired.Missing, "entry", "entries")} that it had recorded never arrived: count the stock of its store."
                : retired.LastHeardAt is null ? "It was never heard from."
                : $"All that it said it has recorded has arrived; it was last heard {PlainWords.Ago(retired.LastHeardAt, now)}.",
            "");
    }

    static void Print(TextWriter output, IReadOnlyList<DeviceSummary> devices, DateTimeOffset now)
    {
        if (devices.Count == 0)
        {
            output.WriteLine("There is no device. Next: cloud-sync device add");
            return;
        }

        var table = new TextTable("device", "id", "store", "state", "last heard", "arrived", "waiting").Figures(1, 2, 5, 6);
        foreach (var device in devices)
        {
            table.Add(
                device.DeviceCode,
                $"{device.DeviceId}",
                $"{device.StoreId}",
                DeviceWords.Short(device),
                PlainWords.Ago(device.LastHeardAt, now),
                PlainWords.Count(device.AppliedThrough),
                PlainWords.Count(device.LagEntries));
        }

        table.WriteTo(output);
        foreach (var device in devices.Where(device => device.Conditions.Count > 0))
        {
            output.WriteLine();
            foreach (var condition in device.Conditions)
            {
                Terminal.WriteWrapped(output, $"{device.DeviceCode} {condition.Code}: {condition.Sentence}", "");
                Terminal.WriteWrapped(output, $"Next: {condition.NextStep}", "  ");
            }
        }
    }
}
