using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EdgeRetail.DeviceCli.Commands;
using EdgeRetail.EdgeAgent.Ledger;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

// UTF-8 whatever the locale says: product names have no other form.
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
using var error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
return await CommandLine.RunAsync(
    args, output, error, Environment.GetEnvironmentVariable, new MachineTime(), new Random(RandomNumberGenerator.GetInt32(int.MaxValue)), NewId, stop.Token);

static Guid NewId() => new(RandomNumberGenerator.GetBytes(16));

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
