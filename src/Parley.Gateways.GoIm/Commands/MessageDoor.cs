using System.Diagnostics.CodeAnalysis;
using Parley.Gateways.Connections;
using Parley.Gateways.GoIm.Connections;
using Parley.Wire.GoIm;

namespace Parley.Gateways.GoIm.Commands;

/// <summary>The GoIM msg_server: what clients stay connected to (goim-json §7).</summary>
internal sealed class MessageDoor : GoImDoor
{
    public const string DoorName = "GoImMessage";

    public const string Endpoint = "127.0.0.1:19000";

    public MessageDoor(GoImHost host)
        : base(host)
    {
        Table = MakeTable(host);
        host.Register(this);
    }

    public override string Name => DoorName;

    public override string DefaultEndpoint => Endpoint;

    public override string Description => "GoIM msg_server: JSON over TCP, for end users";

    public override bool AuthenticatesUsers => Host.Authentication == GoImAuthentication.Required;

    public override long PatienceMilliseconds => Host.Settings.LoginSeconds * 1000L;

    /// <summary>Command → response, arguments → handler. A reader finds every command of the protocol here.</summary>
    public override GoImTable Table { get; }

    public override ValueTask Take(GoImConnection connection, in GoImRequest request)
    {
        var command = Table.TryFind(request.Command, out var found) ? found : Unknown;
        if (command.Response.Length > 0 && command.IsLimited && !connection.TryRequest())
        {
            connection.CloseAfterFlush(CloseReason.ProtocolError);
            return ValueTask.CompletedTask;
        }
        var slot = command.Response.Length > 0 ? connection.Answers.Begin() : null; // nothing waits behind an acknowledgement
        var call = new GoImCall(connection, command, slot, slot is null ? GoImCall.NullRepo : EchoOf(request));
        var isBad = ReferenceEquals(command, Unknown);
        if (command.NeedsLogin && connection.Session is null)
        {
            Refuse(call, GoImFailures.NotLoggedIn);
            return ValueTask.CompletedTask;
        }
        if (command.Lacks(request))
        {
            Refuse(call, GoImFailures.MissingArguments);
            isBad = true;
        }
        if (!isBad)
            connection.ForgiveBadRequests();
        else if (!connection.TryBadRequest())
            connection.CloseAfterFlush(CloseReason.ProtocolError);
        return call.IsAnswered ? ValueTask.CompletedTask : Invoke(call, request);
    }

    public override void OnEnded(GoImConnection connection)
    {
        if (connection.Session is not { } session)
            return;
        Host.Core.Sessions.Close(session);
        session.Mailbox.Dispose();
    }

    private static GoImTable MakeTable(GoImHost host)
    {
        var session = new SessionCommands(host);
        var messages = new MessageCommands(host);
        var topics = new TopicCommands(host);
        var friends = new FriendCommands(host);
        return
        [
            new("send_client_id", "resp_client_id", 0, needsLogin: false, session.Login) { EndsAtFault = true }, // GI-002
            new("send_logout", "resp_logout", 0, needsLogin: true, session.Logout), // GI-003
            new("send_ping", "resp_pong", 0, needsLogin: true, session.Ping) { IsLimited = false }, // GI-006

            new("send_message_p2p", "resp_message_p2p", 2, needsLogin: true, messages.SendToUser) { MayBeEmpty = 0 }, // GI-004
            new("p2p_ack", "", 1, needsLogin: true, messages.Acknowledge), // GI-005
            new("send_message_topic", "resp_message_topic", 2, needsLogin: true, messages.SendToTopic) { MayBeEmpty = 0 }, // GI-012
            new("topic_ack", "", 1, needsLogin: true, messages.Acknowledge), // GI-013
            new("send_notify_p2p", "resp_notify_p2p", 2, needsLogin: true, messages.NotifyUser) { MayBeEmpty = 0 }, // GI-020
            new("send_notify_topic", "resp_notify_topic", 2, needsLogin: true, messages.NotifyTopic) { MayBeEmpty = 0 }, // GI-022

            new("send_list_topic", "resp_list_topic", 0, needsLogin: true, topics.List), // GI-007
            new("send_create_topic", "resp_create_topic", 1, needsLogin: true, topics.Create) { Fault = GoImFailures.CreateTopicFailed.ToArray() }, // GI-008
            new("send_join_topic", "resp_join_topic", 1, needsLogin: true, topics.Join) { Fault = GoImFailures.JoinTopicFailed.ToArray() }, // GI-009
            new("send_leave_topic", "resp_leave_topic", 1, needsLogin: true, topics.Leave), // GI-010
            new("send_topic_members_list", "resp_topic_members_list", 1, needsLogin: true, topics.Members), // GI-011

            new("send_view_friends", "resp_view_friends", 0, needsLogin: true, friends.View), // GI-014
            new("send_add_friend", "resp_add_friend", 1, needsLogin: true, friends.Add), // GI-015
            new("send_del_friend", "resp_del_friend", 1, needsLogin: true, friends.Delete), // GI-016
            new("send_ask", "resp_ask", 2, needsLogin: true, friends.Ask), // GI-017
            new("ask_ack", "", 0, needsLogin: false, static (call, _) => Pass(call)), // GI-018
            new("send_react", "resp_react", 2, needsLogin: true, friends.React), // GI-019

            Unknown,
        ];
    }

    private static ValueTask Pass(GoImCall call)
    {
        call.Pass(ok: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Commands without a response are refused in silence.</summary>
    private static void Refuse(GoImCall call, ReadOnlySpan<byte> text)
    {
        if (call.Command.Response.Length == 0)
            call.Pass(ok: false);
        else
            call.Fail(text);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours must not end the connection.")]
    private ValueTask Invoke(GoImCall call, in GoImRequest request)
    {
        ValueTask pending;
        try
        {
            pending = call.Command.Handler(call, request);
        }
        catch (Exception exception)
        {
            OnFault(call, exception);
            return ValueTask.CompletedTask;
        }
        return pending.IsCompletedSuccessfully ? pending : ObserveAsync(call, pending);
    }

    private async ValueTask ObserveAsync(GoImCall call, ValueTask pending)
    {
        try
        {
            await pending;
        }
        catch (Exception exception)
        {
            OnFault(call, exception);
        }
    }

    private void OnFault(GoImCall call, Exception exception)
    {
        Host.Logger.CommandFailed(exception, Name, call.Command.Name);
        if (!call.IsAnswered)
            Refuse(call, call.Command.Fault);
        if (call.Command.EndsAtFault)
            call.Connection.CloseAfterFlush(CloseReason.Fault);
    }
}
