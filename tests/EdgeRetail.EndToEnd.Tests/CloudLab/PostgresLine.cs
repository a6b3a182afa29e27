using System.Buffers.Binary;
using System.Net.Sockets;

namespace EdgeRetail.EndToEnd.Tests.CloudLab;

/// <summary>One connection of a <see cref="PostgresWire"/>: follows which transaction is under way, and fires at its commit.</summary>
sealed class PostgresLine(PostgresWire wire, Socket near, Socket far)
{
    const int SslRequest = 80877103;
    const int GssRequest = 80877104;

    static readonly byte[] Refused = [(byte)'N'];

    readonly PostgresMessages fromReplica = new(near);
    readonly PostgresMessages fromServer = new(far);
    readonly Dictionary<string, string> statements = [];

    /// <summary>What has to happen before the answer to the commit that is under way is passed on; taken up by one direction, fired by the other.</summary>
    PostgresWire.Shot? awaitingAnswer;
    bool answerInTransaction;
    string bound = "";
    DatabaseWork? work;
    bool inTransaction;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await GreetAsync(cancellationToken)) await Task.WhenAll(UpAsync(cancellationToken), DownAsync(cancellationToken));
        near.Dispose();
        far.Dispose();
        wire.Forget(this);
    }

    /// <summary>Both ends learn at once that the connection broke.</summary>
    public void Reset()
    {
        foreach (var socket in (Socket[])[near, far])
        {
            try
            {
                socket.LingerState = new(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed already.
            }

            socket.Dispose();
        }

        wire.Forget(this);
    }

    /// <summary>Plain text it is, and then the start is passed on, or refused.</summary>
    async Task<bool> GreetAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await fromReplica.UntypedAsync(cancellationToken) is { } packet)
            {
                if (BinaryPrimitives.ReadInt32BigEndian(packet.Span[sizeof(int)..]) is SslRequest or GssRequest)
                {
                    await near.SendAsync(Refused, cancellationToken);
                    continue;
                }

                if (wire.Refusal is { } sqlState)
                {
                    await near.SendAsync(PostgresMessages.FatalError(sqlState, "refused by the lab"), cancellationToken);
                    return false;
                }

                await far.SendAsync(packet, cancellationToken);
                return true;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Whoever connected has left again.
        }

        return false;
    }

    Task UpAsync(CancellationToken cancellationToken) => PumpAsync(fromReplica, far, SentAsync, cancellationToken);

    Task DownAsync(CancellationToken cancellationToken) => PumpAsync(fromServer, near, AnsweredAsync, cancellationToken);

    async Task PumpAsync(PostgresMessages from, Socket to, Func<ReadOnlyMemory<byte>, Func<Task>, Task<bool>> look, CancellationToken cancellationToken)
    {
        using var waiting = new MemoryStream();
        try
        {
            while (await from.NextAsync(cancellationToken) is { } message)
            {
                if (!await look(message, FlushAsync)) return;
                waiting.Write(message.Span);
                if (!from.HasNext) await FlushAsync();
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end broke: so does the other.
            Reset();
        }

        async Task FlushAsync()
        {
            if (waiting.Length == 0) return;
            await SendAllAsync(to, waiting.GetBuffer().AsMemory(0, (int)waiting.Length), cancellationToken);
            waiting.SetLength(0);
        }
    }

    static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
    }

    /// <summary>Looks at what the replica says, before it is passed on; false where it is not.</summary>
    async Task<bool> SentAsync(ReadOnlyMemory<byte> message, Func<Task> flush)
    {
        if (Statement(message) is { } statement)
        {
            if (Says(statement, "BEGIN")) (inTransaction, work) = (true, null);
            else if (Says(statement, "ROLLBACK") && !Says(statement, "ROLLBACK TO")) (inTransaction, work) = (false, null);
            else if (!Says(statement, "COMMIT")) work ??= DatabaseWork.Of(statement);
            else if (!await CommitsAsync(flush)) return false;
        }

        // Without a transaction the statement is committed where the server is asked for its answer.
        return inTransaction || PostgresMessages.Type(message) is not ('S' or 'Q') || await CommitsAsync(flush);
    }

    async Task<bool> CommitsAsync(Func<Task> flush)
    {
        var (committed, inBlock) = (work, inTransaction);
        (inTransaction, work) = (false, null);
        if (committed is null) return true;
        if (wire.Take(committed, CommitSide.Before) is { } shot)
        {
            await flush();
            await FireAsync(shot);
            return false;
        }

        answerInTransaction = inBlock;
        Volatile.Write(ref awaitingAnswer, wire.Take(committed, CommitSide.After));
        return true;
    }

    /// <summary>Looks at what the server answers, before it is passed on; false where it is not.</summary>
    async Task<bool> AnsweredAsync(ReadOnlyMemory<byte> message, Func<Task> flush)
    {
        if (Volatile.Read(ref awaitingAnswer) is not { } shot) return true;
        switch (PostgresMessages.Type(message))
        {
            case 'E':
                Volatile.Write(ref awaitingAnswer, null);
                wire.GiveBack(shot);
                return true;
            case 'C' when answerInTransaction && PostgresMessages.Body(message).StartsWith("COMMIT\0"u8):
            case 'Z' when !answerInTransaction:
                await FireAsync(shot);
                return false;
            default:
                return true;
        }
    }

    async Task FireAsync(PostgresWire.Shot shot)
    {
        await shot.Act();
        Reset();
        shot.Fired.TrySetResult();
    }

    /// <summary>The SQL that the message makes the server run; null where it makes it run none.</summary>
    string? Statement(ReadOnlyMemory<byte> message)
    {
        var body = PostgresMessages.Body(message);
        switch (PostgresMessages.Type(message))
        {
            case 'Q':
                return PostgresMessages.Text(ref body);
            case 'P':
                var name = PostgresMessages.Text(ref body);
                statements[name] = PostgresMessages.Text(ref body);
                return null;
            case 'B':
                _ = PostgresMessages.Text(ref body);
                bound = statements.GetValueOrDefault(PostgresMessages.Text(ref body), "");
                return null;
            case 'E':
                return bound;
            default:
                return null;
        }
    }

    static bool Says(string statement, string word) => statement.StartsWith(word, StringComparison.OrdinalIgnoreCase);
}
