using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Parley.Gateways.Beehive.Connections;
using Parley.Gateways.Connections;
using Parley.Wire.Beehive;
using static Parley.Wire.Beehive.BeehiveCommand;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>The commands of long connections, and what holds for all of them (beehive.md §8.3, §9.7).</summary>
internal sealed class CommandTable
{
    private static readonly CommandRow UnknownRow = new(Unknown, Error, null, static call => Refuse(call, BeehiveCode.IllegalRequest));

    private readonly FrozenDictionary<BeehiveCommand, CommandRow> _rows;

    public CommandTable(BeehiveHost host)
    {
        Rows = [.. MakeRows(host), .. IgnoredAcks()];
        _rows = Rows.ToFrozenDictionary(static row => row.Command);
        Rows = [.. Rows, UnknownRow];
    }

    /// <summary>All commands.</summary>
    public IReadOnlyList<CommandRow> Rows { get; }

    /// <summary>Takes one packet; completes when the next one of the connection may be taken.</summary>
    public ValueTask Take(BeehiveConnection connection, in BeehivePacket packet)
    {
        if (connection.IsDeaf)
            return ValueTask.CompletedTask;
        var header = packet.Header;
        var session = connection.Session;
        if (header.SessionId == 0 || (session is not null && header.SessionId != (ulong)session.SessionId)
            || (session is null && header.Command != Online) || !IsInSequence(connection, header))
        {
            connection.CloseAfterFlush(CloseReason.ProtocolError);
            return ValueTask.CompletedTask;
        }
        var row = _rows.GetValueOrDefault(header.Command, UnknownRow);
        var call = new BeehiveCall(connection, row, header, packet.Body.ToArray());
        if (row.IsLimited && !connection.TryRequest())
        {
            call.Refuse(BeehiveCode.TooManyOfUser, "Too many requests!");
            return ValueTask.CompletedTask;
        }
        if (session is { HasReadCatchUp: true })
            return CountCatchUpAsync(call);
        return NeedsReserve(call) ? ReserveAsync(call) : Invoke(call);
    }

    /// <summary>Command, its ack, how the ack tells an error → handler. A reader finds every command of the protocol here.</summary>
    private static CommandRow[] MakeRows(BeehiveHost host)
    {
        var general = new GeneralCommands(host);
        var chat = new ChatCommands(host);
        var relations = new RelationCommands(host);
        var groups = new GroupCommands(host);
        var rooms = new RoomCommands(host);
        return
        [
            new(Online, OnlineAck, GeneralCommands.RefuseOnline, general.Online),
            new(Offline, OfflineAck, null, general.Offline),
            new(Ping, Pong, null, general.Ping) { IsLimited = false },
            new(Pong, Unknown, null, Ignore) { IsLimited = false, IsSilent = true },
            new(Sub, SubAck, GeneralCommands.RefuseSub, general.Subscribe),
            new(Unsub, UnsubAck, GeneralCommands.RefuseSub, general.Unsubscribe),
            new(Error, ErrorAck, null, static call => Acknowledge(call)),
            new(Sync, SyncAck, GeneralCommands.RefuseSync, general.Sync),
            new(AllocSequence, AllocSequenceAck, GeneralCommands.RefuseBlock, general.AllocateSequences), // seed generation only

            new(Chat, ChatAck, ChatCommands.RefuseChat, chat.Chat),
            new(ChatAck, Unknown, null, chat.Acknowledge) { IsLimited = false, IsSilent = true },
            new(GroupChat, GroupChatAck, ChatCommands.RefuseGroupChat, chat.GroupChat),
            new(RoomChat, RoomChatAck, ChatCommands.RefuseRoomChat, chat.RoomChat),
            new(RoomBroadcast, RoomBroadcastAck, null, static call => Refuse(call, BeehiveCode.PermissionDenied)),
            new(Broadcast, BroadcastAck, null, static call => Refuse(call, BeehiveCode.PermissionDenied)),
            new(P2P, P2PAck, null, static call => Refuse(call, BeehiveCode.PermissionDenied)),

            new(FriendAdd, FriendAddAck, RelationCommands.Refusal, relations.AddFriend),
            new(FriendDel, FriendDelAck, RelationCommands.Refusal, relations.RemoveFriend),
            new(BlacklistAdd, BlacklistAddAck, CodeErrmsg, relations.Block),
            new(BlacklistDel, BlacklistDelAck, CodeErrmsg, relations.Unblock),
            new(GagAdd, GagAddAck, CodeErrmsg, relations.Mute),
            new(GagDel, GagDelAck, CodeErrmsg, relations.Unmute),
            new(MarkAdd, MarkAddAck, CodeErrmsg, relations.Mark),
            new(MarkDel, MarkDelAck, CodeErrmsg, relations.Unmark),

            new(GroupCreat, GroupCreatAck, static (_, code, text) => BeehiveBodies.GroupCreatAck(code, text), groups.Create),
            new(GroupDismiss, GroupDismissAck, CodeErrmsg, groups.Dismiss),
            new(GroupJoin, GroupJoinAck, CodeErrmsg, groups.Join),
            new(GroupQuit, GroupQuitAck, CodeErrmsg, groups.Quit),
            new(GroupInvite, GroupInviteAck, CodeErrmsg, groups.Invite),
            new(GroupKick, GroupKickAck, CodeErrmsg, groups.Kick),
            new(GroupGagAdd, GroupGagAddAck, CodeErrmsg, groups.Gag),
            new(GroupGagDel, GroupGagDelAck, CodeErrmsg, groups.Ungag),
            new(GroupBlacklistAdd, GroupBlacklistAddAck, CodeErrmsg, groups.Blacklist),
            new(GroupBlacklistDel, GroupBlacklistDelAck, CodeErrmsg, groups.Unblacklist),
            new(GroupManagerAdd, GroupManagerAddAck, CodeErrmsg, groups.AddManager),
            new(GroupManagerDel, GroupManagerDelAck, CodeErrmsg, groups.RemoveManager),
            new(GroupUserList, GroupUserListAck, null, groups.ListUsers),

            new(RoomCreat, RoomCreatAck, RoomCommands.RefuseCreate, rooms.Create),
            new(RoomDismiss, RoomDismissAck, CodeErrmsg, rooms.Dismiss),
            new(RoomJoin, RoomJoinAck, RoomCommands.RefuseJoin, rooms.Join),
            new(RoomQuit, RoomQuitAck, RoomCommands.RefuseUidRid, rooms.Quit),
            new(RoomKick, RoomKickAck, RoomCommands.RefuseUidRid, rooms.Kick),
        ];
    }

    /// <summary>Acks that say nothing the server needs to know.</summary>
    private static IEnumerable<CommandRow> IgnoredAcks() => Enum.GetValues<BeehiveCommand>()
        .Where(static command => command is ErrorAck or FriendAddAck or FriendDelAck or GroupInviteAck or RoomKickAck or RoomUserNumberAck
            || (command != ChatAck && BeehiveCommands.IsExemptFromSequence(command)))
        .Select(static command => new CommandRow(command, Unknown, null, Ignore) { IsLimited = false, IsSilent = true });

    private static IMessage CodeErrmsg(BeehiveCall call, uint code, string text) => BeehiveBodies.CodeErrmsg(code, text);

    private static ValueTask Ignore(BeehiveCall call)
    {
        call.Pass();
        return ValueTask.CompletedTask;
    }

    private static ValueTask Acknowledge(BeehiveCall call)
    {
        call.Answer(null);
        return ValueTask.CompletedTask;
    }

    private static ValueTask Refuse(BeehiveCall call, BeehiveCode code)
    {
        call.Refuse(code, code == BeehiveCode.PermissionDenied ? "Permission denied!" : "Illegal request!");
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the packet's sequence rises, where it has to; it is remembered then (§8.3, §10.2, §12.2).</summary>
    private static bool IsInSequence(BeehiveConnection connection, in BeehiveHeader header)
    {
        if (!IsCounted(connection, header))
            return true;
        if (header.Sequence <= connection.LastSequence)
            return false;
        connection.LastSequence = header.Sequence;
        return true;
    }

    private static bool IsCounted(BeehiveConnection connection, in BeehiveHeader header) =>
        connection.Generation == BeehiveGeneration.Head && !BeehiveCommands.IsExemptFromSequence(header.Command);

    private static bool NeedsReserve(BeehiveCall call) => call.Connection.Session is { } session
        && call.Header.Sequence >= session.ReservedSequence && IsCounted(call.Connection, call.Header);

    /// <summary>The client says something after a SYNC: that counts from now on (§9.9).</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "What does not count is sent again.")]
    private static async ValueTask CountCatchUpAsync(BeehiveCall call)
    {
        try
        {
            await call.Session.CountCatchUpAsync();
        }
        catch (Exception exception)
        {
            call.Host.Logger.CatchUpNotCounted(exception);
        }
        await (NeedsReserve(call) ? ReserveAsync(call) : Invoke(call));
    }

    /// <summary>The session's sequences go beyond what is reserved for it: more is reserved first (§9.2).</summary>
    private static async ValueTask ReserveAsync(BeehiveCall call)
    {
        try
        {
            if (!await call.Session.ReserveAsync(call.Header.Sequence))
            {
                call.Connection.CloseAfterFlush(CloseReason.ProtocolError);
                return;
            }
        }
        catch (Exception exception)
        {
            OnFault(call, exception);
            return;
        }
        await Invoke(call);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours must not end the connection.")]
    private static ValueTask Invoke(BeehiveCall call)
    {
        ValueTask pending;
        try
        {
            pending = call.Row.Handler(call);
        }
        catch (Exception exception)
        {
            OnFault(call, exception);
            return ValueTask.CompletedTask;
        }
        return pending.IsCompletedSuccessfully ? pending : ObserveAsync(call, pending);
    }

    private static async ValueTask ObserveAsync(BeehiveCall call, ValueTask pending)
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

    private static void OnFault(BeehiveCall call, Exception exception)
    {
        call.Host.Logger.CommandFailed(exception, call.Connection.Door.Name, call.Row.Name);
        call.Refuse(BeehiveCode.SystemError, "System error!");
        if (call.Row.Command == Online)
            call.Connection.CloseLater(CloseReason.Fault);
    }
}
