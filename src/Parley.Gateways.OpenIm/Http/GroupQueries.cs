using Parley.Core.Groups;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>What clients ask about groups (openim.md §8.8).</summary>
internal sealed class GroupQueries(OpenImHost host)
{
    /// <summary>/group/get_joined_group_list {fromUserID}.</summary>
    public async ValueTask<Outcome> ListJoinedAsync(ApiCall call)
    {
        var name = call.Body.Text("fromUserID", ApiCall.IdLength, Need.Required);
        if (await call.AdmitForAsync(name) is { IsOk: false } refusal)
            return call.WithEmptyLists(refusal, "data");
        var userId = await host.People.FindIdAsync(call.Project, name);
        var joined = userId == 0 ? [] : await call.Core.Groups.GetGroupsInOrderOfJoiningAsync(call.Project, userId, call.Cancellation);
        await WriteAsync(call, joined);
        return Outcome.Done;
    }

    /// <summary>/group/get_groups_info {groupIDList}; unknown ones are left out.</summary>
    public async ValueTask<Outcome> GetAsync(ApiCall call)
    {
        var names = call.Body.Texts("groupIDList", call.MostItems, Need.Required);
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return call.WithEmptyLists(refusal, "data");
        await WriteAsync(call, await FindIdsAsync(call, names));
        return Outcome.Done;
    }

    /// <summary>/group/get_group_all_member_list {groupID}, for its members and managers.</summary>
    public async ValueTask<Outcome> ListMembersAsync(ApiCall call)
    {
        var name = call.Body.Text("groupID", ApiCall.IdLength, Need.Required);
        var (refusal, group) = await FindAsync(call, name);
        if (group is null)
            return call.WithEmptyLists(refusal, "data");
        await WriteAsync(call, group, group.Members);
        return Outcome.Done;
    }

    /// <summary>/group/get_group_members_info {groupID, memberList}, for its members and managers; who is no member is left out.</summary>
    public async ValueTask<Outcome> GetMembersAsync(ApiCall call)
    {
        var name = call.Body.Text("groupID", ApiCall.IdLength, Need.Required);
        var names = call.Body.Texts("memberList", call.MostItems, Need.Required);
        var (refusal, group) = await FindAsync(call, name);
        if (group is null)
            return call.WithEmptyLists(refusal, "data");
        await WriteAsync(call, group, [.. (await FindIdsAsync(call, names)).Where(group.Contains)]);
        return Outcome.Done;
    }

    private async ValueTask<(Outcome Refusal, Group? Group)> FindAsync(ApiCall call, string name)
    {
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return (refusal, null);
        var groupId = await host.People.FindIdAsync(call.Project, name);
        if (groupId == 0 || await call.Core.Groups.GetAsync(call.Project, groupId) is not { } group)
            return (OpenImFailures.StoreFailed, null);
        return call.IsManager || group.Contains(call.Caller.UserId) ? (Outcome.Done, group) : (OpenImFailures.NoPermission, null);
    }

    /// <summary>The numbers of ids, each once; unknown ones are left out.</summary>
    private async ValueTask<IReadOnlyList<long>> FindIdsAsync(ApiCall call, IReadOnlyList<string> names)
    {
        var ids = new List<long>();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (await host.People.FindIdAsync(call.Project, name) is not 0 and var id)
                ids.Add(id);
        }
        return ids;
    }

    private ValueTask WriteAsync(ApiCall call, IReadOnlyList<long> groupIds) =>
        call.WriteListAsync("data", ReadAsync(call, groupIds), EntityJson.Write);

    private async IAsyncEnumerable<GroupInfo> ReadAsync(ApiCall call, IReadOnlyList<long> groupIds)
    {
        foreach (var groupId in groupIds)
        {
            if (await call.Core.Groups.GetAsync(call.Project, groupId) is { } group)
                yield return await host.Entities.GroupAsync(call.Project, group, call.Cancellation);
        }
    }

    private async ValueTask WriteAsync(ApiCall call, Group group, IReadOnlyList<long> userIds)
    {
        var groupName = await call.Core.Names.GetNameAsync(call.Project.Id, group.GroupId);
        var members = userIds.ToAsyncEnumerable().Select(async (long userId, int _, CancellationToken _) =>
            await host.Entities.MemberAsync(call.Project, group, groupName, userId, call.Cancellation));
        await call.WriteListAsync("data", members, EntityJson.Write);
    }
}
