using System.Globalization;
using Parley.Core;
using Parley.Core.Rooms;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>Rooms (rtm-client.md §4.14, §10.1).</summary>
internal sealed class RoomMethods(ParleyCore core) : ClientMethods(core)
{
    private const int MostAsked = 100;
    private const int MostInfoBytes = 65_535;

    /// <summary><c>enterroom</c>: rid. Entering twice is success.</summary>
    public ValueTask EnterRoom(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        return parameters.Failed ? quest.Reject(parameters) : EnterRoomAsync(quest, rid);
    }

    private async ValueTask EnterRoomAsync(Quest quest, long rid)
    {
        var me = Me(quest);
        Conclude(quest, await Core.Rooms.EnterAsync(ProjectOf(me), me.Presence!, rid));
    }

    /// <summary><c>leaveroom</c>: rid. Not being inside is success.</summary>
    public ValueTask LeaveRoom(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        Core.Rooms.Leave(Me(quest).Presence!, rid);
        quest.Answer();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>getuserrooms</c> → rooms.</summary>
    public ValueTask GetUserRooms(Quest quest, ref FpnnParameters parameters)
    {
        var answer = quest.BeginAnswer(1);
        answer.Write("rooms"u8, RoomDirectory.RoomsOf(Me(quest).Presence!));
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>getroommembers</c>: rid → uids; for those inside.</summary>
    public ValueTask GetRoomMembers(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (!IsInside(quest, rid))
            return ValueTask.CompletedTask;
        var members = Core.Rooms.MembersOf(Me(quest).Project.Id, rid);
        var uids = new long[members.Length];
        for (var i = 0; i < uids.Length; i++)
            uids[i] = members[i].User.UserId;
        var answer = quest.BeginAnswer(1);
        answer.Write("uids"u8, uids);
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>getroomcount</c>: rids, 1 to 100 → cn, a map from rid (text) to the number inside.</summary>
    public ValueTask GetRoomCount(Quest quest, ref FpnnParameters parameters)
    {
        var rids = parameters.Int64List("rids"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var error = CheckList(rids, MostAsked);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return ValueTask.CompletedTask;
        }
        var distinct = rids.Distinct().ToArray();
        var answer = quest.BeginAnswer(1);
        answer.WriteMap("cn"u8, distinct.Length);
        foreach (var rid in distinct)
        {
            answer.Value(rid.ToString(CultureInfo.InvariantCulture));
            answer.Value(Core.Rooms.CountUsers(Me(quest).Project.Id, rid));
        }
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>setroominfo</c>: rid, oinfo?, pinfo?; for those inside.</summary>
    public ValueTask SetRoomInfo(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        var open = parameters.StringOrNull("oinfo"u8);
        var own = parameters.StringOrNull("pinfo"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (IsLonger(open, MostInfoBytes) || IsLonger(own, MostInfoBytes))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large info");
        return IsInside(quest, rid) ? SetRoomInfoAsync(quest, rid, open, own) : ValueTask.CompletedTask;
    }

    private async ValueTask SetRoomInfoAsync(Quest quest, long rid, string? open, string? own)
    {
        await Core.Rooms.SetInfoAsync(ProjectOf(Me(quest)), rid, open, own, CancellationToken.None);
        quest.Answer();
    }

    /// <summary><c>getroominfo</c>: rid → oinfo, pinfo; for those inside.</summary>
    public ValueTask GetRoomInfo(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        return IsInside(quest, rid) ? GetRoomInfoAsync(quest, rid) : ValueTask.CompletedTask;
    }

    private async ValueTask GetRoomInfoAsync(Quest quest, long rid)
    {
        var info = await Core.Rooms.GetInfoAsync(ProjectOf(Me(quest)), rid, CancellationToken.None);
        var answer = quest.BeginAnswer(2);
        answer.Write("oinfo"u8, info.OpenInfo);
        answer.Write("pinfo"u8, info.PrivateInfo);
        answer.Send();
    }

    /// <summary><c>getroomopeninfo</c>: rid → oinfo; for anybody.</summary>
    public ValueTask GetRoomOpenInfo(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetRoomOpenInfoAsync(quest, rid);
    }

    private async ValueTask GetRoomOpenInfoAsync(Quest quest, long rid)
    {
        var info = await Core.Rooms.GetInfoAsync(ProjectOf(Me(quest)), rid, CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.Write("oinfo"u8, info.OpenInfo);
        answer.Send();
    }

    /// <summary><c>getroomsopeninfo</c>: rids, 1 to 100 → info, a map from rid (text) to oinfo.</summary>
    public ValueTask GetRoomsOpenInfo(Quest quest, ref FpnnParameters parameters)
    {
        var rids = parameters.Int64List("rids"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetRoomsOpenInfoAsync(quest, rids);
    }

    private async ValueTask GetRoomsOpenInfoAsync(Quest quest, long[] rids)
    {
        var error = CheckList(rids, MostAsked);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return;
        }
        var infos = new List<(long Id, string OpenInfo)>();
        foreach (var rid in rids.Distinct())
            infos.Add((rid, (await Core.Rooms.GetInfoAsync(ProjectOf(Me(quest)), rid, CancellationToken.None)).OpenInfo));
        var answer = quest.BeginAnswer(1);
        answer.WriteInfos(infos);
        answer.Send();
    }

    /// <summary>Whether the caller is in the room; otherwise the quest is refused.</summary>
    private bool IsInside(Quest quest, long rid)
    {
        if (Core.Rooms.Contains(Me(quest).Project.Id, rid, Me(quest).UserId))
            return true;
        Refuse(quest, rid <= 0 ? CoreError.InvalidId : CoreError.NotInRoom);
        return false;
    }
}
