using Parley.Core;
using Parley.Core.Groups;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>Groups as their members see them (rtm-client.md §4.13, §10.1). Only back ends make groups.</summary>
internal sealed class GroupMethods(ParleyCore core) : ClientMethods(core)
{
    private const int MostAsked = 100;
    private const int MostInfoBytes = 65_535;

    /// <summary><c>addgroupmembers</c>: gid, uids 1 to 100.</summary>
    public ValueTask AddGroupMembers(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        var uids = parameters.Int64List("uids"u8);
        return parameters.Failed ? quest.Reject(parameters) : ChangeAsync(quest, gid, uids, isAddition: true);
    }

    /// <summary><c>delgroupmembers</c>: gid, uids 1 to 100; a member may remove itself.</summary>
    public ValueTask DelGroupMembers(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        var uids = parameters.Int64List("uids"u8);
        return parameters.Failed ? quest.Reject(parameters) : ChangeAsync(quest, gid, uids, isAddition: false);
    }

    private async ValueTask ChangeAsync(Quest quest, long gid, long[] uids, bool isAddition)
    {
        if (await FindMineAsync(quest, gid) is null)
            return;
        var me = Me(quest);
        Conclude(quest, isAddition
            ? await Core.Groups.AddMembersAsync(ProjectOf(me), gid, me.UserId, uids, CancellationToken.None)
            : await Core.Groups.RemoveMembersAsync(ProjectOf(me), gid, me.UserId, uids, CancellationToken.None));
    }

    /// <summary><c>getgroupmembers</c>: gid, online? → uids, onlines?.</summary>
    public ValueTask GetGroupMembers(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        var online = parameters.BooleanOrDefault("online"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGroupMembersAsync(quest, gid, online);
    }

    private async ValueTask GetGroupMembersAsync(Quest quest, long gid, bool online)
    {
        if (await FindMineAsync(quest, gid) is not { } group)
            return;
        var answer = quest.BeginAnswer(online ? 2 : 1);
        answer.Write("uids"u8, group.Members);
        if (online)
            answer.Write("onlines"u8, Core.Sessions.WhoIsOnline(Me(quest).Project.Id, group.Members));
        answer.Send();
    }

    /// <summary><c>getgroupcount</c>: gid, online? → cn, online?.</summary>
    public ValueTask GetGroupCount(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        var online = parameters.BooleanOrDefault("online"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGroupCountAsync(quest, gid, online);
    }

    private async ValueTask GetGroupCountAsync(Quest quest, long gid, bool online)
    {
        var group = await Core.Groups.GetAsync(ProjectOf(Me(quest)), gid);
        var answer = quest.BeginAnswer(online ? 2 : 1);
        answer.Write("cn"u8, group?.Members.Count ?? 0);
        if (online)
            answer.Write("online"u8, Core.Sessions.WhoIsOnline(Me(quest).Project.Id, group?.Members ?? []).Count);
        answer.Send();
    }

    /// <summary><c>getusergroups</c> → gids.</summary>
    public ValueTask GetUserGroups(Quest quest, ref FpnnParameters parameters) => GetUserGroupsAsync(quest);

    private async ValueTask GetUserGroupsAsync(Quest quest)
    {
        var me = Me(quest);
        var gids = await Core.Groups.GetGroupsOfAsync(ProjectOf(me), me.UserId, CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.Write("gids"u8, gids);
        answer.Send();
    }

    /// <summary><c>setgroupinfo</c>: gid, oinfo?, pinfo?.</summary>
    public ValueTask SetGroupInfo(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        var open = parameters.StringOrNull("oinfo"u8);
        var own = parameters.StringOrNull("pinfo"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (IsLonger(open, MostInfoBytes) || IsLonger(own, MostInfoBytes))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large info");
        return SetGroupInfoAsync(quest, gid, open, own);
    }

    private async ValueTask SetGroupInfoAsync(Quest quest, long gid, string? open, string? own)
    {
        if (await FindMineAsync(quest, gid) is null)
            return;
        await Core.Groups.SetInfoAsync(ProjectOf(Me(quest)), gid, open, own, CancellationToken.None);
        quest.Answer();
    }

    /// <summary><c>getgroupinfo</c>: gid → oinfo, pinfo.</summary>
    public ValueTask GetGroupInfo(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGroupInfoAsync(quest, gid);
    }

    private async ValueTask GetGroupInfoAsync(Quest quest, long gid)
    {
        if (await FindMineAsync(quest, gid) is not { } group)
            return;
        var answer = quest.BeginAnswer(2);
        answer.Write("oinfo"u8, group.OpenInfo);
        answer.Write("pinfo"u8, group.PrivateInfo);
        answer.Send();
    }

    /// <summary><c>getgroupopeninfo</c>: gid → oinfo; for anybody.</summary>
    public ValueTask GetGroupOpenInfo(Quest quest, ref FpnnParameters parameters)
    {
        var gid = parameters.Int64("gid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGroupOpenInfoAsync(quest, gid);
    }

    private async ValueTask GetGroupOpenInfoAsync(Quest quest, long gid)
    {
        var group = await Core.Groups.GetAsync(ProjectOf(Me(quest)), gid);
        var answer = quest.BeginAnswer(1);
        answer.Write("oinfo"u8, group?.OpenInfo ?? "");
        answer.Send();
    }

    /// <summary><c>getgroupsopeninfo</c>: gids, 1 to 100 → info, a map from gid (text) to oinfo.</summary>
    public ValueTask GetGroupsOpenInfo(Quest quest, ref FpnnParameters parameters)
    {
        var gids = parameters.Int64List("gids"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGroupsOpenInfoAsync(quest, gids);
    }

    private async ValueTask GetGroupsOpenInfoAsync(Quest quest, long[] gids)
    {
        var error = CheckList(gids, MostAsked);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return;
        }
        var infos = await Core.Groups.GetOpenInfosAsync(ProjectOf(Me(quest)), [.. gids.Distinct()], CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.WriteInfos(infos);
        answer.Send();
    }

    /// <summary>The group if the caller is a member; otherwise the quest is refused.</summary>
    private async ValueTask<Group?> FindMineAsync(Quest quest, long gid)
    {
        var me = Me(quest);
        if (await Core.Groups.GetAsync(ProjectOf(me), gid) is { } group && group.Contains(me.UserId))
            return group;
        Refuse(quest, gid <= 0 ? CoreError.InvalidId : CoreError.NotGroupMember);
        return null;
    }
}
