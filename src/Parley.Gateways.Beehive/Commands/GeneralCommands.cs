using Google.Protobuf;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Gateways.Beehive.Sessions;
using Parley.Gateways.Connections;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>Coming, staying, going (beehive.md §9.2 to §9.9, §10.1).</summary>
internal sealed class GeneralCommands(BeehiveHost host)
{
    private const int MostTextLength = 1024;
    private const int LargestBlock = 100_000;

    /// <summary>0101 ONLINE {uid, sid, token, app, version, terminal?}: logs in (§9.2).</summary>
    public ValueTask Online(BeehiveCall call)
    {
        if (!call.TryParse(Wire.Beehive.Messages.Online.Parser, out var body))
        {
            if (call.Connection.Session is null)
                call.Connection.CloseLater(CloseReason.NotAuthenticated);
            return ValueTask.CompletedTask;
        }
        if (call.Connection.Session is { } session)
        {
            // a second time on the same connection: the same answer; another session is none of this connection's (§9.2)
            if (body.Sid != (ulong)session.SessionId)
                call.Connection.CloseAfterFlush(CloseReason.ProtocolError);
            else
                call.Answer(OnlineAck(call, body, (ulong)session.ReservedFrom, 0, "Ok"));
            return ValueTask.CompletedTask;
        }
        if (body.Uid is 0 or > long.MaxValue || body.Sid is 0 or > long.MaxValue || body.App.Length > MostTextLength || body.Version.Length > MostTextLength)
            return Fail(call, BeehiveCode.BadBody, "Paramter isn't right!");
        var isOwn = body.Sid == call.Header.SessionId;
        return (isOwn ? host.Tokens.Check(body.Token, body.Uid, body.Sid) : BeehiveTokenOutcome.Foreign) switch
        {
            BeehiveTokenOutcome.Good => LoginAsync(call, body),
            BeehiveTokenOutcome.Expired => Fail(call, BeehiveCode.CheckFailed, "Token is timeout!"),
            BeehiveTokenOutcome.Undecodable => Fail(call, BeehiveCode.CheckFailed, "Decode token failed!"),
            _ => Fail(call, BeehiveCode.CheckFailed, "Token is invalid!!"),
        };
    }

    /// <summary>0103 OFFLINE, no body: logs out and ends the connection (§9.4).</summary>
    public async ValueTask Offline(BeehiveCall call)
    {
        await call.Session.LeaveAsync();
        call.Answer(null);
        call.Connection.CloseAfterFlush(CloseReason.Bye);
    }

    /// <summary>
    /// 0105 PING, no body → 0106 PONG (§9.6). The pong also says that the chats acknowledged before the ping are so on the disk; nothing
    /// else waits for that.
    /// </summary>
    public ValueTask Ping(BeehiveCall call)
    {
        var written = host.Core.Pending.FlushAsync();
        if (written.IsCompleted)
        {
            call.Answer(null);
            return ValueTask.CompletedTask;
        }
        call.Connection.InFlight.Begin();
        _ = AnswerAfterAsync(written, call);
        return ValueTask.CompletedTask;
    }

    private static async Task AnswerAfterAsync(Task written, BeehiveCall call)
    {
        await written;
        call.Answer(null);
        call.Connection.InFlight.End();
    }

    /// <summary>0107 SUB {cmd?} (§9.8).</summary>
    public ValueTask Subscribe(BeehiveCall call)
    {
        if (!call.TryParse(Sub.Parser, out var body))
            return ValueTask.CompletedTask;
        call.Session.Subscribe(body.Cmd, isOn: true);
        call.Answer(BeehiveBodies.SubAck(body.Cmd, 0, "Ok"));
        return ValueTask.CompletedTask;
    }

    /// <summary>0109 UNSUB {cmd} (§9.8).</summary>
    public ValueTask Unsubscribe(BeehiveCall call)
    {
        if (!call.TryParse(Unsub.Parser, out var body))
            return ValueTask.CompletedTask;
        call.Session.Subscribe(body.Cmd, isOn: false);
        call.Answer(BeehiveBodies.SubAck(body.Cmd, 0, "Ok"));
        return ValueTask.CompletedTask;
    }

    /// <summary>SUB-ACK and UNSUB-ACK with an error.</summary>
    public static IMessage RefuseSub(BeehiveCall call, uint code, string text) =>
        BeehiveBodies.SubAck(BeehiveBodies.TryParse(call.Body, Wire.Beehive.Messages.Sub.Parser, out var body) ? body.Cmd : 0, code, text);

    /// <summary>010D SYNC {uid}: sends what was missed, then the ack (§9.9).</summary>
    public async ValueTask Sync(BeehiveCall call)
    {
        if (!call.TryParse(Wire.Beehive.Messages.Sync.Parser, out var body) || !call.IsActor(body.Uid))
            return;
        if (await new CatchUp(host, call.Session).RunAsync())
            call.Answer(BeehiveBodies.SyncAck(body.Uid, 0, "Ok"));
        else
            call.Refuse(BeehiveCode.SystemError, "System error!"); // the connection ends, and the client does not have it all
    }

    /// <summary>0110 ALLOC-SEQ {uid, num} of the seed generation: a block of sequences (§12.2).</summary>
    public async ValueTask AllocateSequences(BeehiveCall call)
    {
        if (!call.TryParse(AllocSeqG1.Parser, out var body) || !call.IsActor(body.Uid))
            return;
        if (body.Num is 0 or > LargestBlock)
        {
            call.Refuse(BeehiveCode.InvalidParameter, "Paramter [num] is invalid!");
            return;
        }
        var first = await call.Session.AllocateAsync((int)body.Num);
        if (first == 0)
            call.Refuse(BeehiveCode.SequenceExhausted, "Sequence is exhausted!");
        else
            call.Answer(BeehiveBodies.AllocSeqAckG1(body.Uid, (ulong)first, body.Num, 0, "Ok"));
    }

    /// <summary>ONLINE-ACK for an ONLINE whose body could not be read, or which failed otherwise.</summary>
    public static IMessage RefuseOnline(BeehiveCall call, uint code, string text)
    {
        var body = BeehiveBodies.TryParse(call.Body, Wire.Beehive.Messages.Online.Parser, out var parsed)
            ? parsed : BeehiveBodies.Online(0, 0, "", "", "");
        return OnlineAck(call, body, 0, code, text);
    }

    /// <summary>SYNC-ACK with an error.</summary>
    public static IMessage RefuseSync(BeehiveCall call, uint code, string text) => BeehiveBodies.SyncAck(
        BeehiveBodies.TryParse(call.Body, Wire.Beehive.Messages.Sync.Parser, out var body) ? body.Uid : 0, code, text);

    /// <summary>ALLOC-SEQ-ACK with an error.</summary>
    public static IMessage RefuseBlock(BeehiveCall call, uint code, string text) => BeehiveBodies.AllocSeqAckG1(
        BeehiveBodies.TryParse(call.Body, AllocSeqG1.Parser, out var body) ? body.Uid : 0, 0, 0, code, text);

    private static IMessage OnlineAck(BeehiveCall call, Online body, ulong sequence, uint code, string text)
    {
        uint? terminal = body.HasTerminal ? body.Terminal : null;
        return call.Connection.Generation == BeehiveGeneration.Seed
            ? BeehiveBodies.OnlineAckG1(body.Uid, body.Sid, body.App, body.Version, code, text, terminal)
            : BeehiveBodies.OnlineAck(body.Uid, body.Sid, sequence, body.App, body.Version, code, text, terminal);
    }

    /// <summary>Answers with an error, and ends the connection in a while (§9.2).</summary>
    private static ValueTask Fail(BeehiveCall call, BeehiveCode code, string text)
    {
        call.Refuse(code, text);
        call.Connection.CloseLater(CloseReason.NotAuthenticated);
        return ValueTask.CompletedTask;
    }

    private async ValueTask LoginAsync(BeehiveCall call, Online body)
    {
        var (userId, sessionId) = ((long)body.Uid, (long)body.Sid);
        var verdict = await host.Core.Logins.CheckAsync(host.Project.Id, userId, token: null, CancellationToken.None);
        if (verdict.Error != CoreError.None)
        {
            await Fail(call, BeehiveCodes.Of(verdict.Error), BeehiveCodes.TextOf(verdict.Error));
            return;
        }
        var project = verdict.Project!;
        if (host.Settings.StrictSid && await host.Core.Installations.FindAsync(project, sessionId, CancellationToken.None) is null)
        {
            await Fail(call, BeehiveCode.CheckFailed, "Sid is unknown!");
            return;
        }
        var installation = await host.Core.Installations.BindAsync(project, sessionId, userId, CancellationToken.None);
        var sequence = await host.Core.Installations.ReserveSequenceAsync(
            project, sessionId, (long)Math.Min(call.Header.Sequence, long.MaxValue), CancellationToken.None);
        if (sequence == 0)
        {
            await Fail(call, BeehiveCode.SequenceExhausted, "Sequence is exhausted!");
            return;
        }
        await host.Core.Pending.EnrolAsync(project.Id, userId, CancellationToken.None);
        var seen = await BeginAsync(project, installation);
        Open(call, body, project, installation, sequence);
        if (host.Core.Messenger.NewestPosition == seen)
            call.Session.Live.BeginUpToDate();
        await host.Core.Logins.CheckAgainAsync(call.Session);
    }

    /// <summary>How far an installation has seen the log; one that has no session yet begins here.</summary>
    private async ValueTask<long> BeginAsync(Project project, Installation installation)
    {
        var marks = await host.Core.Installations.GetMarksAsync(project, installation.Id, CancellationToken.None);
        if (marks.Seen is { } seen)
            return seen;
        var now = host.Core.Messenger.DeliveredThrough;
        await host.Core.Installations.SetSeenAsync(project, installation, now, CancellationToken.None);
        return now;
    }

    /// <summary>
    /// The client's first news of its session is the ack, and the next thing that anybody does with the session comes after it: both are
    /// flushed together.
    /// </summary>
    private void Open(BeehiveCall call, Online body, Project project, Installation installation, long sequence)
    {
        var session = new BeehiveSession(call.Connection, project, installation, body.App, body.Version, sequence);
        var isOwner = Burst.TryBegin();
        try
        {
            call.Connection.Session = session;
            call.Answer(OnlineAck(call, body, (ulong)sequence, 0, "Ok"));
            session.Open();
        }
        finally
        {
            if (isOwner)
                Burst.End();
        }
    }
}
