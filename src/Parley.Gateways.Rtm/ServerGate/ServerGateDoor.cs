using Parley.Core;
using Parley.Gateways.Doors;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Gateways.Rtm.ServerGate.Methods;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>The RTM server gate: the entry for business back ends, which sign every quest (rtm-server.md).</summary>
internal sealed class ServerGateDoor : FpnnDoor
{
    public const string DoorName = "RtmServer";

    private const int HalfBeat = 500; // beats come about once a second

    private readonly ParleyCore _core;
    private readonly BackEndGuard _guard;

    public ServerGateDoor(ParleyCore core, IDoorDirectory doors, FpnnHost host)
        : base(host)
    {
        _core = core;
        _guard = new BackEndGuard(core.Projects, host.Time);
        Table = MakeTable(core, new GateAddresses(doors));
        host.Register(this);
    }

    public override string Name => DoorName;

    public override string DefaultEndpoint => "127.0.0.1:13315";

    public override string Description => "RTM server gate: signed FPNN over TCP, WebSocket and HTTP, for back ends";

    public override long IdleMilliseconds => Host.Settings.ServerIdleSeconds * 1000L;

    /// <summary>Wire name → who may call → handler. A reader finds every command of the gate here.</summary>
    public override QuestTable Table { get; }

    private static QuestTable MakeTable(ParleyCore core, GateAddresses addresses)
    {
        var send = new SendMethods(core);
        var history = new HistoryMethods(core);
        var friends = new FriendMethods(core);
        var groups = new GroupMethods(core);
        var rooms = new RoomMethods(core);
        var bans = new BanMethods(core);
        var users = new UserMethods(core);
        var translations = new TranslationMethods(core);
        var listen = new ListenMethods(core, addresses);
        var files = new FileMethods(core, addresses);
        return new QuestTable
        {
            // messages (§2)
            { "sendmsg", QuestAccess.BackEnd, send.SendMsg },
            { "sendmsgs", QuestAccess.BackEnd, send.SendMsgs },
            { "sendgroupmsg", QuestAccess.BackEnd, send.SendGroupMsg },
            { "sendroommsg", QuestAccess.BackEnd, send.SendRoomMsg },
            { "broadcastmsg", QuestAccess.BackEnd, send.BroadcastMsg },

            // history (§2.6, §3)
            { "delmsg", QuestAccess.BackEnd, history.DelMsg },
            { "getp2pmsg", QuestAccess.BackEnd, history.GetP2PMsg },
            { "getgroupmsg", QuestAccess.BackEnd, history.GetGroupMsg },
            { "getroommsg", QuestAccess.BackEnd, history.GetRoomMsg },
            { "getbroadcastmsg", QuestAccess.BackEnd, history.GetBroadcastMsg },

            // friends (§4.1)
            { "addfriends", QuestAccess.BackEnd, friends.AddFriends },
            { "delfriends", QuestAccess.BackEnd, friends.DelFriends },
            { "getfriends", QuestAccess.BackEnd, friends.GetFriends },
            { "isfriend", QuestAccess.BackEnd, friends.IsFriend },
            { "isfriends", QuestAccess.BackEnd, friends.IsFriends },

            // groups (§4.2)
            { "addgroupmembers", QuestAccess.BackEnd, groups.AddGroupMembers },
            { "delgroupmembers", QuestAccess.BackEnd, groups.DelGroupMembers },
            { "delgroup", QuestAccess.BackEnd, groups.DelGroup },
            { "getgroupmembers", QuestAccess.BackEnd, groups.GetGroupMembers },
            { "isgroupmember", QuestAccess.BackEnd, groups.IsGroupMember },
            { "getusergroups", QuestAccess.BackEnd, groups.GetUserGroups },

            // rooms (§4.3)
            { "addroommember", QuestAccess.BackEnd, rooms.AddRoomMember },
            { "delroommember", QuestAccess.BackEnd, rooms.DelRoomMember },

            // bans and blacklist (§4.4)
            { "addgroupban", QuestAccess.BackEnd, bans.AddGroupBan },
            { "removegroupban", QuestAccess.BackEnd, bans.RemoveGroupBan },
            { "isbanofgroup", QuestAccess.BackEnd, bans.IsBanOfGroup },
            { "addroomban", QuestAccess.BackEnd, bans.AddRoomBan },
            { "removeroomban", QuestAccess.BackEnd, bans.RemoveRoomBan },
            { "isbanofroom", QuestAccess.BackEnd, bans.IsBanOfRoom },
            { "addprojectblack", QuestAccess.BackEnd, bans.AddProjectBlack },
            { "removeprojectblack", QuestAccess.BackEnd, bans.RemoveProjectBlack },
            { "isprojectblack", QuestAccess.BackEnd, bans.IsProjectBlack },

            // users (§4.5 to §4.9, §8.3)
            { "kickout", QuestAccess.BackEnd, users.Kickout },
            { "gettoken", QuestAccess.BackEnd, users.GetToken },
            { "removetoken", QuestAccess.BackEnd, users.RemoveToken },
            { "getonlineusers", QuestAccess.BackEnd, users.GetOnlineUsers },
            { "adddevice", QuestAccess.BackEnd, users.AddDevice },
            { "removedevice", QuestAccess.BackEnd, users.RemoveDevice },
            { "setpushname", QuestAccess.BackEnd, users.SetPushName },
            { "getpushname", QuestAccess.BackEnd, users.GetPushName },
            { "setgeo", QuestAccess.BackEnd, users.SetGeo },
            { "getgeo", QuestAccess.BackEnd, users.GetGeo },
            { "getgeos", QuestAccess.BackEnd, users.GetGeos },

            // translation (§8.3)
            { "translate", QuestAccess.BackEnd, translations.Translate },

            // files (§5.1)
            { "filetoken", QuestAccess.BackEnd, files.FileToken },

            // listening (§6)
            { "addlisten", QuestAccess.BackEnd, listen.AddListen },
            { "removelisten", QuestAccess.BackEnd, listen.RemoveListen },
            { "setlisten", QuestAccess.BackEnd, listen.SetListen },
        };
    }

    /// <summary>Nothing is looked at before the sign (rule S-3).</summary>
    public override int Admit(ref Quest quest, ref FpnnParameters parameters, out string text)
    {
        text = "";
        if (quest.Method.Access == QuestAccess.Anyone)
            return 0;
        var signed = new SignedQuest(parameters.Int64("pid"u8), parameters.Int64("salt"u8), parameters.Int64OrNull("ts"u8));
        var sign = parameters.Text("sign"u8);
        if (parameters.Failed)
        {
            text = parameters.ErrorText;
            return parameters.Error;
        }
        var error = _guard.Check(signed, sign, quest.Method.Name, Host.Heartbeat.Now, out var project, out text);
        quest = quest with { Project = project };
        return error;
    }

    public override void OnAnswer(FpnnPeer peer, uint sequence, bool isError) => peer.BackEnd?.OnAnswer(sequence);

    /// <summary>Every connection is pinged (§1.4), but for one of which it is not known yet that it speaks FPNN.</summary>
    public override void OnHeartbeat(FpnnPeer peer, long now, long connectedAt)
    {
        peer.BackEnd?.OnHeartbeat(now);
        if (!peer.HasSpoken)
            return;
        if (now >= peer.NextPing && peer.NextPing != 0)
            peer.Send(PushSequence.PingFrame);
        if (now >= peer.NextPing)
            peer.NextPing = now + (Host.Settings.ServerPingSeconds * 1000L) - HalfBeat;
    }

    public override void OnDisconnected(FpnnPeer peer) => peer.BackEnd?.Close(_core);
}
