using System.Net.Sockets;
using System.Text;

namespace EdgeRetail.DeviceCli.Tests.Hosting;

/// <summary>
/// Stands in front of a running agent's socket. The first command that posts is cut off, before or after the agent has it;
/// everything else goes through.
/// </summary>
sealed class LostAnswer : IAsyncDisposable
{
    readonly string path;
    readonly string behind;
    readonly bool afterRecording;
    readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    int lost;

    public LostAnswer(string path, bool afterRecording)
    {
        (this.path, behind, this.afterRecording) = (path, path + ".behind", afterRecording);
        File.Move(path, behind);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        _ = AcceptAsync();
    }

    public int Lost => lost;

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        File.Delete(path);
        File.Move(behind, path);
        return ValueTask.CompletedTask;
    }

    async Task AcceptAsync()
    {
        while (true)
        {
            Socket caller;
            try
            {
                caller = await listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = CarryAsync(caller);
        }
    }

    async Task CarryAsync(Socket caller)
    {
        using var agent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (caller)
        {
            await agent.ConnectAsync(new UnixDomainSocketEndPoint(behind));
            var cutsAnswer = false;
            await Task.WhenAny(ThereAsync(), BackAsync());

            async Task ThereAsync()
            {
                var buffer = new byte[64 << 10];
                while (await ReadAsync(caller, buffer) is > 0 and var read)
                {
                    if (Encoding.ASCII.GetString(buffer, 0, read).StartsWith("POST ", StringComparison.Ordinal) && Interlocked.CompareExchange(ref lost, 1, 0) == 0)
                    {
                        if (!afterRecording) return;
                        cutsAnswer = true;
                    }

                    await agent.SendAsync(buffer.AsMemory(0, read));
                }
            }

            async Task BackAsync()
            {
                var buffer = new byte[64 << 10];
                while (await ReadAsync(agent, buffer) is > 0 and var read && !cutsAnswer) await caller.SendAsync(buffer.AsMemory(0, read));
            }
        }
    }

    static async Task<int> ReadAsync(Socket from, byte[] buffer)
    {
        try
        {
            return await from.ReceiveAsync(buffer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
