using System.CommandLine;
using EdgeRetail.Contracts.Certificates;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>verify certificate</c>: by a file and the published keys alone; a device is asked only for its own certificate.</summary>
static class VerifyCertificateCommand
{
    public static Command Build(CommandLine line)
    {
        var file = new Argument<string?>("FILE") { Description = "The certificate. Without one: this device's own, of --date.", Arity = ArgumentArity.ZeroOrOne };
        var date = DayCommand.Date("Of this device: the certificate of that business date.");
        var keys = new Option<string>("--keys") { Description = "The cloud's published keys, as 'cloud-sync certificate-key export' writes them.", HelpName = "FILE", Required = true };
        var command = new Command("certificate", "Check a certificate of a closed day, without the cloud and without a device.") { file, date, keys };
        line.Answers(command, async (parsed, door, _, cancellationToken) =>
        {
            string certificate;
            if (parsed.GetValue(file) is { } path)
            {
                certificate = await ReadAsync(path, cancellationToken);
            }
            else if (parsed.GetValue(date) is { } day)
            {
                await using var device = await door.OpenAsync(cancellationToken);
                certificate = (await device.CertificateAsync($"{day:yyyy-MM-dd}", cancellationToken)).Certificate;
            }
            else
            {
                throw new CommandFailure(new("USAGE", "Neither a file nor a date is named.", "'edgeretail verify certificate --help' shows how it is called."), ExitCode.Usage);
            }

            return DayCertificateFile.Verify(certificate, await ReadAsync(parsed.GetValue(keys)!, cancellationToken)) switch
            {
                CertificateReading.Holds holds => Answer.Of(Of(holds.Statement), CliJson.Default.Certified, Print),
                CertificateReading.Refused refused => throw new CommandFailure(new(refused.Code, refused.Message, refused.NextStep), ExitCode.Broken),
                var other => throw new InvalidOperationException(other.ToString()),
            };
        });
        return command;
    }

    static Certified Of(CertifiedDay day) => new(
        true, day.Date, day.Store.Value, day.StoreName, day.Device.Value, day.DeviceCode, day.Close.Value, day.IssuedAt, day.KeyId, day.TimeZone, day.DayCutOffMinutes, day.Quarantined, day.DatesDiffer,
        DayViews.Of(day.Figures));

    static void Print(TextWriter output, Certified certified)
    {
        Terminal.WriteWrapped(
            output,
            $"It holds. Nothing is missing of what {certified.DeviceCode} (id {certified.DeviceId}) recorded in store {certified.StoreId}, {certified.StoreName}, up to its close of {certified.Date:yyyy-MM-dd}.",
            "");
        Terminal.WriteWrapped(output, $"Issued {certified.IssuedAt:yyyy-MM-dd HH:mm:ss}Z with key {certified.KeyId}; the day ends {certified.DayCutOffMinutes} minutes after midnight in {certified.TimeZone}.", "");
        if (certified.Quarantined > 0) Terminal.WriteWrapped(output, $"{PlainText.Count(certified.Quarantined, "entry was", "entries were")} received and kept, but stood in quarantine when it was signed.", "");
        if (certified.DatesDiffer > 0) Terminal.WriteWrapped(output, $"{PlainText.Count(certified.DatesDiffer, "entry bears", "entries bear")} another date than by the cloud's clock.", "");
        output.WriteLine();
        DayText.Print(output, certified.Figures);
        Terminal.WriteRow(output, "Digest".PadRight(16), certified.Figures.Digest);
    }

    static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(new("FILE_NOT_FOUND", $"{path} cannot be read: {e.Message}", "Name a file that is there."), ExitCode.Refused, e);
        }
    }
}
