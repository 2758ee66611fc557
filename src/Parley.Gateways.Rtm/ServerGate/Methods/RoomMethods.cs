using Parley.Core;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Rooms (rtm-server.md §4.3).</summary>
internal sealed class RoomMethods(ParleyCore core) : ServerMethods(core)
{
    /// <summary><c>addroommember</c>: rid, uid; 200055 when the user is offline.</summary>
    public ValueTask AddRoomMember(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : AddRoomMemberAsync(quest, rid, uid);
    }

    private async ValueTask AddRoomMemberAsync(Quest quest, long rid, long uid)
    {
        if (!await AreValidAsync(quest, rid, uid))
            return;
        var project = ProjectOf(quest);
        Conclude(quest, Core.Sessions.Find(project.Id, uid) is { } presence
            ? await Core.Rooms.EnterAsync(project, presence, rid)
            : CoreError.NotOnline);
    }

    /// <summary><c>delroommember</c>: rid, uid; who is inside is told by <c>kickoutroom</c>, and who is not is no error.</summary>
    public ValueTask DelRoomMember(Quest quest, ref FpnnParameters parameters)
    {
        var rid = parameters.Int64("rid"u8);
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : DelRoomMemberAsync(quest, rid, uid);
    }

    private async ValueTask DelRoomMemberAsync(Quest quest, long rid, long uid)
    {
        if (!await AreValidAsync(quest, rid, uid))
            return;
        if (Core.Sessions.Find(ProjectOf(quest).Id, uid) is { } presence)
            Core.Rooms.Expel(presence, rid);
        quest.Answer();
    }
}
