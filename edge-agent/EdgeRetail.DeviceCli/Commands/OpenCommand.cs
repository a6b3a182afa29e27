using System.CommandLine;
using EdgeRetail.DeviceCli.Input;
using EdgeRetail.DeviceCli.Output;
using EdgeRetail.Kiosk.Api;

namespace EdgeRetail.DeviceCli.Commands;

/// <summary><c>open</c>: the first stock, from a file.</summary>
static class OpenCommand
{
    const int BadLinesShown = 20;

    public static Command Build(CommandLine line)
    {
        var file = new Argument<string>("FILE") { Description = "CSV: code,quantity on each line, a header or none; - reads standard input." };
        var actor = CommandLine.Actor();
        var command = new Command("open", "Record the first stock of the shop, from a file. All lines or none; the same file again is not counted again.") { file, actor };
        line.Answers(command, async (parsed, door, _, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            var stock = StockFile.Read(await ReadAsync(path, cancellationToken));
            if (stock.BadLines.Count > 0) throw Bad(path, stock);
            await using var device = await door.OpenAsync(cancellationToken);
            var recorded = await device.RecordAsync(new StockOpenedRequest(line.ActorOf(parsed, actor), stock.Lines, stock.CommandId), cancellationToken);
            return Answer.Of(new Opened(stock.Lines.Count, recorded.EntryId, recorded.Position, recorded.Replayed), CliJson.Default.Opened, Print);
        });
        return command;
    }

    static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                content.Write(buffer, 0, read);
                if (content.Length > StockFile.BytesMax)
                    throw CommandFailure.Refused("FILE_TOO_LARGE", $"{path} is larger than {StockFile.BytesMax >> 20} MB.", "Split it into several files.");
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused("FILE_NOT_READ", $"{path} cannot be read: {e.Message}", "Check the path, and that this user may read the file.");
        }
    }

    static CommandFailure Bad(string path, StockFile stock)
    {
        var listed = stock.BadLines.Take(BadLinesShown).Select(bad => $"line {bad.Line}: {bad.Code}, {bad.Message}");
        var more = stock.BadLines.Count > BadLinesShown ? $"\nand {stock.BadLines.Count - BadLinesShown} more" : "";
        return CommandFailure.Refused(
            "STOCK_FILE_INVALID",
            $"{Path.GetFileName(path)} has {PlainText.Count(stock.BadLines.Count, "line that cannot be taken", "lines that cannot be taken")}:\n{string.Join('\n', listed)}{more}",
            "Nothing was recorded. Correct these lines and run it again.");
    }

    static void Print(TextWriter output, Opened opened) => Terminal.WriteWrapped(
        output,
        opened.Replayed
            ? $"The stock of this file, {PlainText.Count(opened.Lines, "product", "products")}, was recorded before; nothing was recorded again."
            : $"Recorded the first stock of {PlainText.Count(opened.Lines, "product", "products")}.",
        "");
}
