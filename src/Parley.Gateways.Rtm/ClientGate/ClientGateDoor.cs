using Parley.Core;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Gateways.Rtm.ClientGate.Methods;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Gateways.Rtm.ServerGate;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate;

/// <summary>The RTM client gate: where end users log in and talk (rtm-client.md §2 to §6).</summary>
internal sealed class ClientGateDoor : FpnnDoor
{
    public const string DoorName = "RtmClient";

    private readonly ParleyCore _core;

    public ClientGateDoor(ParleyCore core, IDoorDirectory doors, FpnnHost host)
        : base(host)
    {
        _core = core;
        Table = MakeTable(core, new GateAddresses(doors), host);
        host.Register(this);
    }

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:13321";

    public override string Description => "RTM client gate: FPNN over TCP and WebSocket, for end users";

    /// <summary>Wire name → who may call → handler. A reader finds every command of the gate here.</summary>
    public override QuestTable Table { get; }

    private static QuestTable MakeTable(ParleyCore core, GateAddresses addresses, FpnnHost host)
    {
        var session = new SessionMethods(core, host);
        var send = new SendMethods(core);
        var history = new HistoryMethods(core);
        var unread = new UnreadMethods(core);
        var friends = new FriendMethods(core);
        var groups = new GroupMethods(core);
        var rooms = new RoomMethods(core);
        var users = new UserMethods(core);
        var data = new DataMethods(core);
        var files = new FileMethods(core, addresses);
        return new QuestTable
        {
            // session (§3)
            { "auth", QuestAccess.Anyone, session.Auth },
            { "ping", QuestAccess.Anyone, session.Ping },
            { "bye", QuestAccess.Anyone, session.Bye },
            { "addvariables", QuestAccess.User, session.AddVariables },
            { "adddebuglog", QuestAccess.User, session.AddDebugLog },
            { "addattrs", QuestAccess.User, session.AddAttrs },
            { "getattrs", QuestAccess.User, session.GetAttrs },
            { "kickout", QuestAccess.User, session.Kickout },

            // messages (§4.1 to §4.4)
            { "sendmsg", QuestAccess.User, send.SendMsg },
            { "sendmsgs", QuestAccess.User, send.SendMsgs },
            { "sendgroupmsg", QuestAccess.User, send.SendGroupMsg },
            { "sendroommsg", QuestAccess.User, send.SendRoomMsg },

            // history (§6, §10.1)
            { "getp2pmsg", QuestAccess.User, history.GetP2PMsg },
            { "getgroupmsg", QuestAccess.User, history.GetGroupMsg },
            { "getroommsg", QuestAccess.User, history.GetRoomMsg },
            { "getbroadcastmsg", QuestAccess.User, history.GetBroadcastMsg },
            { "getmsg", QuestAccess.User, history.GetMsg },
            { "delmsg", QuestAccess.User, history.DelMsg },

            // unread (§1.8, §4.6, §10.1)
            { "pushunread", QuestAccess.User, unread.CheckUnread },
            { "checkunreadmsg", QuestAccess.User, unread.CheckUnread },
            { "getunreadmsg", QuestAccess.User, unread.GetUnreadMsg },
            { "getunread", QuestAccess.User, unread.GetUnread },
            { "cleanunread", QuestAccess.User, unread.CleanUnread },
            { "cleanunreadmsg", QuestAccess.User, unread.CleanUnread },
            { "getp2punread", QuestAccess.User, unread.GetP2PUnread },
            { "getgroupunread", QuestAccess.User, unread.GetGroupUnread },
            { "getsession", QuestAccess.User, unread.GetSession },

            // friends and blacklist (§4.12, §10.1)
            { "addfriends", QuestAccess.User, friends.AddFriends },
            { "delfriends", QuestAccess.User, friends.DelFriends },
            { "getfriends", QuestAccess.User, friends.GetFriends },
            { "addblacks", QuestAccess.User, friends.AddBlacks },
            { "delblacks", QuestAccess.User, friends.DelBlacks },
            { "getblacks", QuestAccess.User, friends.GetBlacks },

            // groups (§4.13, §10.1)
            { "addgroupmembers", QuestAccess.User, groups.AddGroupMembers },
            { "delgroupmembers", QuestAccess.User, groups.DelGroupMembers },
            { "getgroupmembers", QuestAccess.User, groups.GetGroupMembers },
            { "getgroupcount", QuestAccess.User, groups.GetGroupCount },
            { "getusergroups", QuestAccess.User, groups.GetUserGroups },
            { "setgroupinfo", QuestAccess.User, groups.SetGroupInfo },
            { "getgroupinfo", QuestAccess.User, groups.GetGroupInfo },
            { "getgroupopeninfo", QuestAccess.User, groups.GetGroupOpenInfo },
            { "getgroupsopeninfo", QuestAccess.User, groups.GetGroupsOpenInfo },

            // rooms (§4.14, §10.1)
            { "enterroom", QuestAccess.User, rooms.EnterRoom },
            { "leaveroom", QuestAccess.User, rooms.LeaveRoom },
            { "getuserrooms", QuestAccess.User, rooms.GetUserRooms },
            { "getroommembers", QuestAccess.User, rooms.GetRoomMembers },
            { "getroomcount", QuestAccess.User, rooms.GetRoomCount },
            { "setroominfo", QuestAccess.User, rooms.SetRoomInfo },
            { "getroominfo", QuestAccess.User, rooms.GetRoomInfo },
            { "getroomopeninfo", QuestAccess.User, rooms.GetRoomOpenInfo },
            { "getroomsopeninfo", QuestAccess.User, rooms.GetRoomsOpenInfo },

            // users (§4.7 to §4.11, §4.15, §10.1)
            { "setpushname", QuestAccess.User, users.SetPushName },
            { "getpushname", QuestAccess.User, users.GetPushName },
            { "setgeo", QuestAccess.User, users.SetGeo },
            { "getgeo", QuestAccess.User, users.GetGeo },
            { "getgeos", QuestAccess.User, users.GetGeos },
            { "getonlineusers", QuestAccess.User, users.GetOnlineUsers },
            { "setuserinfo", QuestAccess.User, users.SetUserInfo },
            { "getuserinfo", QuestAccess.User, users.GetUserInfo },
            { "getuseropeninfo", QuestAccess.User, users.GetUserOpenInfo },
            { "adddevice", QuestAccess.User, users.AddDevice },
            { "removedevice", QuestAccess.User, users.RemoveDevice },
            { "setlang", QuestAccess.User, users.SetLang },
            { "translate", QuestAccess.User, users.Translate },

            // small data and options (§10.1)
            { "dbget", QuestAccess.User, data.DbGet },
            { "dbset", QuestAccess.User, data.DbSet },
            { "dataget", QuestAccess.User, data.DataGet },
            { "dataset", QuestAccess.User, data.DataSet },
            { "datadel", QuestAccess.User, data.DataDel },
            { "addoption", QuestAccess.User, data.AddOption },
            { "removeoption", QuestAccess.User, data.RemoveOption },
            { "getoption", QuestAccess.User, data.GetOption },

            // files (§4.16)
            { "filetoken", QuestAccess.User, files.FileToken },
        };
    }

    /// <summary>Login first, then the project's switches, then the user's pace (rtm-client.md §1.5, §2.1).</summary>
    public override int Admit(ref Quest quest, ref FpnnParameters parameters, out string text)
    {
        text = "";
        if (quest.Method.Access == QuestAccess.Anyone)
            return 0;
        if (quest.Peer.Session is not { Presence: { } presence } session)
        {
            text = "unauthorized";
            return RtmErrors.Unauthorized;
        }
        var settings = _core.Projects.Current(session.Project).Settings;
        if (settings.DisabledMethods.Count > 0 && settings.DisabledMethods.Contains(quest.Method.Name, StringComparer.Ordinal))
        {
            text = "forbidden method";
            return RtmErrors.ForbiddenMethod;
        }
        if (presence.TryCall(settings.UserCallsPerSecond, settings.UserCallBurst, Host.Heartbeat.Now))
            return 0;
        text = "frequency limited";
        return RtmErrors.FrequencyLimited;
    }

    public override int PackageLimit(FpnnPeer peer) =>
        peer.Session is null ? Host.Settings.PackageBytesBeforeLogin : Host.Settings.PackageBytes;

    public override void OnAnswer(FpnnPeer peer, uint sequence, bool isError) => peer.Session?.OnAnswer(sequence, isError);

    public override void OnHeartbeat(FpnnPeer peer, long now, long connectedAt)
    {
        if (peer.Session is not { } session)
        {
            if (now - connectedAt >= Host.Settings.AuthSeconds * 1000L)
                peer.Break(CloseReason.NotAuthenticated);
            return;
        }
        session.OnHeartbeat(now);
        if (session.IsPingDue(now))
            peer.Send(PushSequence.PingFrame);
    }

    public override void OnDisconnected(FpnnPeer peer)
    {
        if (peer.Session is not { } session)
            return;
        _core.Sessions.Close(session);
        session.OnGone();
    }
}
