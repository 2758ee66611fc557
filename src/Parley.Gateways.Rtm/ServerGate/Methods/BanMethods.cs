using Parley.Core;
using Parley.Core.Moderation;
using Parley.Core.Sessions;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>
/// Bans, which stop sending only (rule S-14), and the project's blacklist (rtm-server.md §4.4). A gid or rid that is absent or not
/// positive means every group or room.
/// </summary>
internal sealed class BanMethods(ParleyCore core) : ServerMethods(core)
{
    /// <summary><c>addgroupban</c>: gid?, uid, btime seconds (0 or less = for ever).</summary>
    public ValueTask AddGroupBan(Quest quest, ref FpnnParameters parameters) =>
        Ban(quest, ref parameters, GroupOf(ref parameters), BanKind.Speak);

    /// <summary><c>removegroupban</c>: gid?, uid.</summary>
    public ValueTask RemoveGroupBan(Quest quest, ref FpnnParameters parameters) =>
        Lift(quest, ref parameters, GroupOf(ref parameters), BanKind.Speak);

    /// <summary><c>isbanofgroup</c>: gid?, uid → ok: whether banned.</summary>
    public ValueTask IsBanOfGroup(Quest quest, ref FpnnParameters parameters) =>
        Ask(quest, ref parameters, GroupOf(ref parameters), BanKind.Speak);

    /// <summary><c>addroomban</c>: rid?, uid, btime seconds (0 or less = for ever).</summary>
    public ValueTask AddRoomBan(Quest quest, ref FpnnParameters parameters) =>
        Ban(quest, ref parameters, RoomOf(ref parameters), BanKind.Speak);

    /// <summary><c>removeroomban</c>: rid?, uid.</summary>
    public ValueTask RemoveRoomBan(Quest quest, ref FpnnParameters parameters) =>
        Lift(quest, ref parameters, RoomOf(ref parameters), BanKind.Speak);

    /// <summary><c>isbanofroom</c>: rid?, uid → ok: whether banned.</summary>
    public ValueTask IsBanOfRoom(Quest quest, ref FpnnParameters parameters) =>
        Ask(quest, ref parameters, RoomOf(ref parameters), BanKind.Speak);

    /// <summary><c>addprojectblack</c>: uid, btime seconds (0 or less = for ever); who is online is thrown out.</summary>
    public ValueTask AddProjectBlack(Quest quest, ref FpnnParameters parameters) =>
        Ban(quest, ref parameters, BanPlace.Project, BanKind.Enter);

    /// <summary><c>removeprojectblack</c>: uid.</summary>
    public ValueTask RemoveProjectBlack(Quest quest, ref FpnnParameters parameters) =>
        Lift(quest, ref parameters, BanPlace.Project, BanKind.Enter);

    /// <summary><c>isprojectblack</c>: uid → ok: whether on the blacklist.</summary>
    public ValueTask IsProjectBlack(Quest quest, ref FpnnParameters parameters) =>
        Ask(quest, ref parameters, BanPlace.Project, BanKind.Enter);

    private static BanPlace GroupOf(ref FpnnParameters parameters) => BanPlace.Group(Math.Max(parameters.Int64OrDefault("gid"u8), 0));

    private static BanPlace RoomOf(ref FpnnParameters parameters) => BanPlace.Room(Math.Max(parameters.Int64OrDefault("rid"u8), 0));

    private ValueTask Ban(Quest quest, ref FpnnParameters parameters, BanPlace place, BanKind kind)
    {
        var uid = parameters.Int64("uid"u8);
        var seconds = parameters.Int64("btime"u8);
        return parameters.Failed ? quest.Reject(parameters) : BanAsync(quest, place, kind, uid, seconds);
    }

    private async ValueTask BanAsync(Quest quest, BanPlace place, BanKind kind, long uid, long seconds)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        await Core.Bans.BanAsync(ProjectOf(quest), place, kind, uid, seconds, CancellationToken.None);
        if (kind == BanKind.Enter)
            Core.Sessions.End(UserOf(quest, uid), endpoint: null, SessionEnd.Banned);
        quest.Answer();
    }

    private ValueTask Lift(Quest quest, ref FpnnParameters parameters, BanPlace place, BanKind kind)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : LiftAsync(quest, place, kind, uid);
    }

    private async ValueTask LiftAsync(Quest quest, BanPlace place, BanKind kind, long uid)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        await Core.Bans.LiftAsync(ProjectOf(quest), place, kind, uid, CancellationToken.None);
        quest.Answer();
    }

    private ValueTask Ask(Quest quest, ref FpnnParameters parameters, BanPlace place, BanKind kind)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : AskAsync(quest, place, kind, uid);
    }

    private async ValueTask AskAsync(Quest quest, BanPlace place, BanKind kind, long uid)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        var isBanned = await Core.Bans.IsBannedAsync(ProjectOf(quest), place, kind, uid);
        var answer = quest.BeginAnswer(1);
        answer.Write("ok"u8, isBanned);
        answer.Send();
    }
}
