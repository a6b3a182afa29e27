using System.Net;
using EdgeRetail.CloudSync.Storage;
using EdgeRetail.Contracts.Identifiers;
using EdgeRetail.Contracts.Sync.V1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeRetail.CloudSync.Devices;

/// <summary>
/// The devices' one call. What fails before there is a session ends it with a status whose trailer carries the code; within
/// a session the device is answered, and a database that is away costs a retry, not the call.
/// </summary>
sealed partial class DeviceSyncService(
    DeviceAuthenticator authenticator, SessionStore sessions, SessionRegistry registry, OpenCalls calls, IncarnationKeeper incarnations, SessionServices services, HelloAdmission admission,
    ILogger<DeviceSyncService> logger) : DeviceSync.DeviceSyncBase
{
    /// <summary>Memory is bounded by sessions times credit; 10,000 idle ones take some hundred megabytes.</summary>
    const int SessionsMax = 12_000;

    static readonly TimeSpan HelloDeadline = TimeSpan.FromSeconds(10);
    static readonly TimeSpan RetryAfterMin = TimeSpan.FromSeconds(1);

    public override async Task Sync(IAsyncStreamReader<DeviceMessage> requestStream, IServerStreamWriter<CloudMessage> responseStream, ServerCallContext context)
    {
        if (context.GetHttpContext().Connection.RemoteIpAddress is { } peer && !IPAddress.IsLoopback(peer))
            throw SyncFailure.Of(StatusCode.PermissionDenied, "TRANSPORT_NOT_LOOPBACK", "Devices connect on loopback only until mutual TLS exists.");
        calls.Add(context.GetHttpContext().Response);
        if (registry.Count >= SessionsMax) throw SyncFailure.Of(StatusCode.ResourceExhausted, "OVERLOADED", "This replica has as many sessions as it takes.", RetryAfter());

        // Before the first question to the database: a herd must not take the connections of sessions that are up.
        var entered = admission.Enter();
        if (entered is HelloAdmission.HelloTurn.Refused { ReturnAfter: var after })
            throw SyncFailure.Of(StatusCode.ResourceExhausted, "OVERLOADED", "Many devices connect at once; this one has a time of its own to come back.", after);
        try
        {
            AuthenticatedDevice device;
            using ((HelloAdmission.HelloTurn.Admitted)entered) device = await AuthenticateAsync(context);
            await SessionAsync(device, requestStream, responseStream, context);
        }
        catch (Exception e) when (DatabaseFailures.Classify(e) != DatabaseFailure.None && !context.CancellationToken.IsCancellationRequested)
        {
            LogDatabaseAway(e);
            throw SyncFailure.Of(StatusCode.Unavailable, Refusals.DatabaseUnavailableCode, "The cloud's database cannot be reached.", RetryAfter());
        }
    }

    async Task<AuthenticatedDevice> AuthenticateAsync(ServerCallContext context)
    {
        if (DeviceAuthenticator.TokenOf(context.RequestHeaders.GetValue("authorization")) is not { } token)
            throw SyncFailure.Of(StatusCode.Unauthenticated, "DEVICE_TOKEN_MISSING", "The call has no device token. Enrol the device.");
        if (await authenticator.FindAsync(token, context.CancellationToken) is not { } device)
        {
            LogUnknownToken(context.Peer);
            throw SyncFailure.Of(StatusCode.Unauthenticated, "DEVICE_TOKEN_UNKNOWN", "No device has this token. Enrol the device again.");
        }

        if (device.State is DeviceState.Revoked or DeviceState.Retired)
        {
            services.Status.Refused(device.Device, device.SessionNumber, "DEVICE_REVOKED");
            throw SyncFailure.Of(StatusCode.PermissionDenied, "DEVICE_REVOKED", "The device was revoked. Enrol it again to send what it holds.");
        }

        return device;
    }

    async Task SessionAsync(AuthenticatedDevice device, IAsyncStreamReader<DeviceMessage> requestStream, IServerStreamWriter<CloudMessage> responseStream, ServerCallContext context)
    {
        var hello = await HelloAsync(requestStream, context.CancellationToken);
        var receivedAt = services.Clock.GetTimestamp();
        if (hello is null)
        {
            await responseStream.WriteAsync(new() { Refusal = Refusals.HelloExpected() });
            return;
        }

        IncarnationId incarnation;
        SessionOpening opening;
        using (await admission.OpenAsync(context.CancellationToken))
        {
            incarnation = await incarnations.CurrentAsync(context.CancellationToken);
            opening = await sessions.OpenAsync(device.Device, hello, context.CancellationToken);
        }

        switch (opening)
        {
            case SessionOpening.Refused { Decision: var decision }:
                var refusal = Refusals.Of(decision);
                services.Status.Refused(device.Device, device.SessionNumber, refusal.Code);
                services.LogRefused(device.Device, refusal.Code, refusal.Message);
                await responseStream.WriteAsync(new() { Refusal = refusal });
                break;
            case SessionOpening.Opened { Session: var session }:
                await RunAsync(session, hello, incarnation, receivedAt, requestStream, responseStream, context.CancellationToken);
                break;
        }
    }

    async Task RunAsync(
        OpenedSession session, Hello hello, IncarnationId incarnation, long receivedAt, IAsyncStreamReader<DeviceMessage> requestStream, IServerStreamWriter<CloudMessage> responseStream, CancellationToken cancellationToken)
    {
        // The database's clock is the server's; how long it took since Hello came is this process's to know.
        var openedAt = services.Clock.GetTimestamp();
        var live = new LiveSession(session.Device, session.SessionNumber);
        var outgoing = new OutgoingMessages();
        var helloReceivedMs = session.DatabaseTimeMs - (long)services.Clock.GetElapsedTime(receivedAt, openedAt).TotalMilliseconds;
        outgoing.Answer(new() { Welcome = Welcomes.Of(session, incarnation, helloReceivedMs, session.DatabaseTimeMs) });
        registry.Add(live);
        services.Status.Connected(session, hello);
        LogBegun(session.Device, session.SessionNumber, session.AppliedThrough, session.StoreCursor.Version, session.CatalogueCursor.Version);
        var writing = outgoing.WriteAllAsync(responseStream, cancellationToken);
        var running = new DeviceSession(services, session, live, incarnation, outgoing, offset => ClockOffsetRules.IsMeasuredHere(offset, hello, helloReceivedMs));
        try
        {
            switch (await running.RunAsync(token => ReadAsync(requestStream, token), cancellationToken))
            {
                case SessionEnd.Refused { Refusal: var refusal }:
                    outgoing.Answer(new() { Refusal = refusal });
                    LogEnded(session.Device, session.SessionNumber, running.EntriesAccepted, refusal.Code);
                    break;
                case SessionEnd.ReplicaStops:
                    LogEnded(session.Device, session.SessionNumber, running.EntriesAccepted, "the replica stops");
                    break;
                default:
                    LogEnded(session.Device, session.SessionNumber, running.EntriesAccepted, "the device left");
                    break;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogEnded(session.Device, session.SessionNumber, running.EntriesAccepted, "the connection was lost");
        }
        catch (RpcException e)
        {
            LogEnded(session.Device, session.SessionNumber, running.EntriesAccepted, e.Status.Detail);
            throw;
        }
        finally
        {
            registry.Remove(live);
            services.Status.Disconnected(session);
            outgoing.Complete();
            // A device that is gone takes nothing any more; what was committed it learns at its next Hello.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null where the first message is another.</summary>
    async Task<Hello?> HelloAsync(IAsyncStreamReader<DeviceMessage> requestStream, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(HelloDeadline, services.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return (await ReadAsync(requestStream, either.Token))?.Hello;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw SyncFailure.Of(StatusCode.DeadlineExceeded, "HELLO_EXPECTED", $"No Hello within {HelloDeadline.TotalSeconds} s.");
        }
    }

    /// <summary>The device's next message; null after its last. What is no message ends the call with what was wrong.</summary>
    static async Task<DeviceMessage?> ReadAsync(IAsyncStreamReader<DeviceMessage> requestStream, CancellationToken cancellationToken)
    {
        try
        {
            return await requestStream.MoveNext(cancellationToken) ? requestStream.Current : null;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException)
        {
            // The latter: bytes that say they are compressed and are not.
            throw SyncFailure.Of(StatusCode.InvalidArgument, "MESSAGE_MALFORMED", "The bytes are no message of edgeretail.sync.v1.");
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
        {
            throw SyncFailure.Of(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", e.Status.Detail);
        }
        catch (IOException)
        {
            return null;
        }
    }

    TimeSpan RetryAfter() => RetryAfterMin + (RetryAfterMin * services.Random.NextDouble());

    [LoggerMessage(EventId = 4011, Level = LogLevel.Information, Message = "Device {Device}: session {Session} begins at sequence {AppliedThrough}, store version {StoreCursor}, catalogue version {CatalogueCursor}.")]
    partial void LogBegun(DeviceId device, long session, long appliedThrough, long storeCursor, long catalogueCursor);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Information, Message = "Device {Device}: session {Session} ended after {Entries} entries: {Reason}.")]
    partial void LogEnded(DeviceId device, long session, long entries, string reason);

    [LoggerMessage(EventId = 4013, Level = LogLevel.Warning, Message = "{Peer} presented a device token that no device has.")]
    partial void LogUnknownToken(string peer);

    [LoggerMessage(EventId = 4014, Level = LogLevel.Error, Message = "A device's call ends because the database is not available.")]
    partial void LogDatabaseAway(Exception exception);
}
