using Parley.Core;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Groups (rtm-server.md §4.2). Back ends need not be members; nothing is pushed to clients.</summary>
internal sealed class GroupMethods(ParleyCore core) : ServerMethods(core)
{
    /// <summary><c>addgroupmembers</c>: gid, uids 1 to 100; the first call makes the group.</summary>
    public ValueTask AddGroupMembers(Quest quest, ref FpnnParameters parameters) => Change(quest, ref parameters, isAddition: true);

    /// <summary><c>delgroupmembers</c>: gid, uids 1 to 100.</summary>
    public ValueTask DelGroupMembers(Quest quest, ref FpnnParameters parameters) => Change(quest, ref parameters, isAddition: false);

    private ValueTask Change(Quest quest, ref FpnnParameters parameters, bool isAddition)
    {
        var gid = parameters.Int64("gid"u8);
        var uids = parameters.Int64List("uids"u8);
        return parameters.Failed ? quest.Reject(parameters) : ChangeAsync(quest, gid, uids, isAddition);
    }

    private async ValueTask ChangeAsync(Quest quest, long gid, long[] uids, bool isAddition)
    {
        if (!await IsValidAsync(quest, gid))
            return;
        Conclude(quest, isAddition
            ? await Core.Groups.AddMembersAsync(ProjectOf(quest), gid, uids, CancellationToken.None)
            : await Core.Groups.RemoveMembersAsync(ProjectOf(quest), gid, uids, CancellationToken.None));
    }

    /// <summary><c>delgroup</c>: gid; the group, its members and its bans are gone, its messages stay. An unknown one is success.</summary>
    public ValueTask DelGroup(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        return parameters.Failed ? quest.Reject(parameters) : DelGroupAsync(quest, gid);
    }

    private async ValueTask DelGroupAsync(Quest quest, long gid)
    {
        if (!await IsValidAsync(quest, gid))
            return;
        await Core.Groups.DeleteAsync(ProjectOf(quest), gid, CancellationToken.None);
        quest.Answer();
    }

    /// <summary><c>getgroupmembers</c>: gid → uids, empty when the group is unknown.</summary>
    public ValueTask GetGroupMembers(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGroupMembersAsync(quest, gid);
    }

    private async ValueTask GetGroupMembersAsync(Quest quest, long gid)
    {
        if (!await IsValidAsync(quest, gid))
            return;
        var group = await Core.Groups.GetAsync(ProjectOf(quest), gid);
        var answer = quest.BeginAnswer(1);
        answer.Write("uids"u8, group?.Members ?? []);
        answer.Send();
    }

    /// <summary><c>isgroupmember</c>: gid, uid → ok.</summary>
    public ValueTask IsGroupMember(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : IsGroupMemberAsync(quest, gid, uid);
    }

    private async ValueTask IsGroupMemberAsync(Quest quest, long gid, long uid)
    {
        if (!await AreValidAsync(quest, gid, uid))
            return;
        var isMember = await Core.Groups.IsMemberAsync(ProjectOf(quest), gid, uid);
        var answer = quest.BeginAnswer(1);
        answer.Write("ok"u8, isMember);
        answer.Send();
    }

    /// <summary><c>getusergroups</c>: uid → gids.</summary>
    public ValueTask GetUserGroups(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetUserGroupsAsync(quest, uid);
    }

    private async ValueTask GetUserGroupsAsync(Quest quest, long uid)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        var gids = await Core.Groups.GetGroupsOfAsync(ProjectOf(quest), uid, CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.Write("gids"u8, gids);
        answer.Send();
    }
}
