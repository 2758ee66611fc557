using Parley.Core;
using Parley.Core.Changes;
using Parley.Core.Groups;
using Parley.Gateways.OpenIm.Users;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Making groups, and who is in them (openim.md §4.5 to §4.7).</summary>
internal sealed class GroupEndpoints(OpenImHost host)
{
    /// <summary>/group/create_group {ownerUserID, memberList, groupName …}: unknown users and further owners are passed over.</summary>
    public async ValueTask<Outcome> CreateAsync(ApiCall call)
    {
        var owner = call.Body.Text("ownerUserID", ApiCall.IdLength, Need.Required);
        var form = GroupForm.Read(call.Body);
        var wanted = call.Body.Objects("memberList", call.MostItems, Need.Required).Select(ReadMember).ToArray();
        var admitted = await call.AdmitForAsync(owner);
        if (!admitted.IsOk || await call.FindAsync(owner) is not { } founder)
        {
            call.Json.WriteNull("data"u8);
            return admitted.IsOk ? OpenImFailures.StoreFailed : admitted;
        }
        var members = new List<(long UserId, GroupRole Role)>(wanted.Length);
        foreach (var (name, role) in wanted)
        {
            if (role is { } known && await call.FindAsync(name) is { } person)
                members.Add((person.UserId, known));
        }
        var (outcome, group) = await FoundAsync(call, GroupForm.NewId(), founder, form, members);
        if (group is null)
        {
            call.Json.WriteNull("data"u8);
            return outcome;
        }
        call.Json.WritePropertyName("data"u8);
        call.Json.Write(group);
        return Outcome.Done;
    }

    /// <summary>v3 /group/create_group {ownerUserID, memberUserIDs, adminUserIDs, groupInfo}.</summary>
    public async ValueTask<Outcome> CreateV3Async(ApiCall call)
    {
        var owner = call.Body.Text("ownerUserID", ApiCall.IdLength, Need.Required);
        var ordinary = call.Body.Texts("memberUserIDs", call.MostItems);
        var admins = call.Body.Texts("adminUserIDs", call.MostItems);
        var info = call.Body.Object("groupInfo", Need.Required);
        var form = GroupForm.Read(info);
        var wished = info.Text("groupID", ApiCall.IdLength);
        call.CheckNewName("groupID", wished);
        if (await call.AdmitForAsync(owner) is { IsOk: false } refusal)
            return refusal;
        if (wished.Length > 0 && !call.IsManager)
            return OpenImFailures.NoPermission; // whoever takes an id hears what a back end says there later
        var members = new List<(long UserId, GroupRole Role)>();
        foreach (var (names, role) in new[] { (admins, GroupRole.Manager), (ordinary, GroupRole.Member) })
        {
            foreach (var name in names)
            {
                if (await call.FindAsync(name) is not { } person)
                    return OpenImFailures.NoUser3;
                members.Add((person.UserId, role));
            }
        }
        if (await call.FindAsync(owner) is not { } founder)
            return OpenImFailures.NoUser3;
        if (wished.Length > 0 && await FindAsync(call, wished) is not null)
            return OpenImFailures.Duplicate3;
        var (outcome, group) = await FoundAsync(call, wished.Length > 0 ? wished : GroupForm.NewId(), founder, form, members);
        if (group is null)
            return outcome;
        call.Json.WriteStartObject("data"u8);
        call.Json.WritePropertyName("groupInfo"u8);
        call.Json.Write(group);
        call.Json.WriteEndObject();
        return Outcome.Done;
    }

    /// <summary>/group/invite_user_to_group {groupID, invitedUserIDList}: tells for each whether it is a member since.</summary>
    public async ValueTask<Outcome> InviteAsync(ApiCall call)
    {
        var groupName = call.Body.Text("groupID", ApiCall.IdLength, Need.Required);
        var names = call.Body.Texts("invitedUserIDList", call.MostItems, Need.Required, "uidList", "invitedUserIDs");
        var (refusal, group) = await FindForInvitingAsync(call, groupName);
        if (group is null)
            return call.WithEmptyLists(refusal, "data");
        var invited = new HashSet<long>();
        var users = new long[names.Count]; // 0 = cannot be added
        for (var i = 0; i < users.Length; i++)
        {
            if (await call.FindAsync(names[i]) is { } person && !group.Contains(person.UserId) && invited.Add(person.UserId))
                users[i] = person.UserId;
        }
        var added = await AddAsync(call, group, [.. invited]);
        call.WriteResults(names.Select((name, i) => (name, added.Contains(users[i]))));
        if (added.Count > 0)
            await TellInvitedAsync(call, group, [.. invited.Where(added.Contains)]);
        return Outcome.Done;
    }

    /// <summary>v3 /group/invite_user_to_group {groupID, invitedUserIDs}: all or none, up to what one commit of the core takes.</summary>
    public async ValueTask<Outcome> InviteV3Async(ApiCall call)
    {
        var groupName = call.Body.Text("groupID", ApiCall.IdLength, Need.Required);
        var names = call.Body.Texts("invitedUserIDs", GroupDirectory.PerCall, Need.Required);
        var (refusal, group) = await FindForInvitingAsync(call, groupName);
        if (group is null)
            return refusal.Code == OpenImFailures.StoreCode ? OpenImFailures.NoGroup3 : refusal;
        var users = new List<long>(names.Count);
        foreach (var name in names)
        {
            if (await call.FindAsync(name) is not { } person)
                return OpenImFailures.NoUser3;
            if (group.Contains(person.UserId) || users.Contains(person.UserId))
                return OpenImFailures.Duplicate3;
            users.Add(person.UserId);
        }
        var error = await call.Core.Groups.AddMembersAsync(call.Project, group.GroupId, CauseOf(call, group), users, call.Cancellation);
        if (error != CoreError.None)
            return error is CoreError.Empty ? OpenImFailures.Arguments3 : OpenImFailures.BadStatus;
        await TellInvitedAsync(call, group, users);
        return Outcome.Done;
    }

    /// <summary>/group/kick_group {groupID, kickedUserIDList}: the owner stays; who is no member counts as removed.</summary>
    public async ValueTask<Outcome> KickAsync(ApiCall call)
    {
        var groupName = call.Body.Text("groupID", ApiCall.IdLength, Need.Required);
        var names = call.Body.Users("kickedUserIDList", call.MostItems, Need.Required, "uidListInfo", "kickedUserIDs");
        var (refusal, group) = await FindForKickingAsync(call, groupName);
        if (group is not null && names.Count == 0)
            (refusal, group) = (OpenImFailures.BadArguments, null);
        if (group is null)
            return call.WithEmptyLists(refusal, "data");
        var users = new long[names.Count];
        for (var i = 0; i < users.Length; i++)
            users[i] = await host.People.FindIdAsync(call.Project, names[i]);
        await RemoveAsync(call, group, users);
        call.WriteResults(names.Select((name, i) => (name, users[i] == 0 || users[i] != group.OwnerId)));
        return Outcome.Done;
    }

    /// <summary>v3 /group/kick_group {groupID, kickedUserIDs}: all or none.</summary>
    public async ValueTask<Outcome> KickV3Async(ApiCall call)
    {
        var groupName = call.Body.Text("groupID", ApiCall.IdLength, Need.Required);
        var names = call.Body.Texts("kickedUserIDs", call.MostItems, Need.Required);
        var (refusal, group) = await FindForKickingAsync(call, groupName);
        if (group is null)
            return refusal.Code == OpenImFailures.StoreCode ? OpenImFailures.NoGroup3 : refusal;
        var users = new long[names.Count];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = await host.People.FindIdAsync(call.Project, names[i]);
            if (!group.Contains(users[i]))
                return OpenImFailures.NotFound3;
            if (users[i] == group.OwnerId)
                return OpenImFailures.NoPermission3;
        }
        if (users.Length == 0)
            return OpenImFailures.Arguments3;
        await RemoveAsync(call, group, users);
        return Outcome.Done;
    }

    /// <summary>A member that is wanted; no role = passed over. V1 numbered ordinary 0, owner 1, admin 2.</summary>
    private static (string Name, GroupRole? Role) ReadMember(ApiBody body)
    {
        var name = body.Text("userID", int.MaxValue, Need.Optional, "uid");
        var level = body.Integer("roleLevel", int.MinValue, int.MaxValue);
        var old = body.Integer("setRole", int.MinValue, int.MaxValue);
        if (!body.Has("roleLevel") && body.Has("setRole"))
            level = old switch { 1 => Entities.Owner, 2 => Entities.Admin, _ => Entities.Ordinary };
        GroupRole? role = level switch { Entities.Owner => null, Entities.Admin => GroupRole.Manager, _ => GroupRole.Member };
        return (name, role);
    }

    private async ValueTask<(Outcome Outcome, GroupInfo? Group)> FoundAsync(
        ApiCall call, string id, Person owner, GroupForm form, List<(long UserId, GroupRole Role)> members)
    {
        var groups = call.Core.Groups;
        var wished = await call.Core.Names.GetOrAddAsync(call.Project.Id, id, call.Cancellation);
        var (result, groupId) = await groups.CreateAsync(
            call.Project, wished, owner.UserId, form.Name, form.Introduction, form.ToFacts(call.Caller.UserId), members, default, host.Changes,
            call.Cancellation);
        if (result != MembershipResult.Done || await groups.GetAsync(call.Project, groupId) is not { } group)
            return (OpenImFailures.BadStatus, null);
        await host.Notifications.GroupCreatedAsync(call.Project, call.OperationId, group, call.Caller);
        return (Outcome.Done, await host.Entities.GroupAsync(call.Project, group, call.Cancellation));
    }

    private async ValueTask<Group?> FindAsync(ApiCall call, string name)
    {
        var groupId = await host.People.FindIdAsync(call.Project, name);
        return groupId == 0 ? null : await call.Core.Groups.GetAsync(call.Project, groupId);
    }

    private async ValueTask<(Outcome Refusal, Group? Group)> FindOrRefuseAsync(ApiCall call, string name)
    {
        if (await FindAsync(call, name) is { } group)
            return (Outcome.Done, group);
        var groupId = await host.People.FindIdAsync(call.Project, name);
        var wasThere = groupId != 0 && await call.Core.Groups.WasDissolvedAsync(call.Project, groupId, call.Cancellation);
        return (wasThere ? OpenImFailures.BadStatus : OpenImFailures.StoreFailed, null);
    }

    private async ValueTask<(Outcome Refusal, Group? Group)> FindForInvitingAsync(ApiCall call, string name)
    {
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return (refusal, null);
        var (unknown, group) = await FindOrRefuseAsync(call, name);
        if (group is null)
            return (unknown, null);
        return call.IsManager || group.Contains(call.Caller.UserId) ? (Outcome.Done, group) : (OpenImFailures.NoPermission, null);
    }

    private async ValueTask<(Outcome Refusal, Group? Group)> FindForKickingAsync(ApiCall call, string name)
    {
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return (refusal, null);
        var (unknown, group) = await FindOrRefuseAsync(call, name);
        if (group is null)
            return (unknown, null);
        var mayKick = call.IsManager || group.RoleOf(call.Caller.UserId) is GroupRole.Owner or GroupRole.Manager;
        return mayKick ? (Outcome.Done, group) : (OpenImFailures.NoPermission, null);
    }

    /// <summary>To a manager a group is never closed. Of what is done here the notifications tell themselves.</summary>
    private ChangeCause CauseOf(ApiCall call, Group group) =>
        new(group.IsClosed && call.IsManager ? 0 : call.Caller.UserId, host.Changes);

    /// <summary>Adds users, many in one commit; when some of them cannot be added, one by one.</summary>
    private async ValueTask<HashSet<long>> AddAsync(ApiCall call, Group group, long[] users)
    {
        var groups = call.Core.Groups;
        var cause = CauseOf(call, group);
        var added = new HashSet<long>();
        foreach (var chunk in users.Chunk(GroupDirectory.PerCall))
        {
            if (await groups.AddMembersAsync(call.Project, group.GroupId, cause, chunk, call.Cancellation) == CoreError.None)
            {
                added.UnionWith(chunk);
                continue;
            }
            foreach (var user in chunk)
            {
                if (await groups.AddMembersAsync(call.Project, group.GroupId, cause, [user], call.Cancellation) == CoreError.None)
                    added.Add(user);
            }
        }
        return added;
    }

    /// <summary>Removes those who are members, the owner excepted, and tells everybody.</summary>
    private async ValueTask RemoveAsync(ApiCall call, Group group, long[] users)
    {
        long[] removed = [.. users.Where(user => user != group.OwnerId && group.Contains(user)).Distinct()];
        var cause = new ChangeCause(call.Caller.UserId, host.Changes);
        foreach (var chunk in removed.Chunk(GroupDirectory.PerCall))
            await call.Core.Groups.RemoveMembersAsync(call.Project, group.GroupId, cause, chunk, call.Cancellation);
        if (removed.Length == 0)
            return;
        var now = await call.Core.Groups.GetAsync(call.Project, group.GroupId) ?? group;
        await host.Notifications.MemberKickedAsync(call.Project, call.OperationId, now, call.Caller, removed);
    }

    private async ValueTask TellInvitedAsync(ApiCall call, Group group, IReadOnlyList<long> invited)
    {
        var now = await call.Core.Groups.GetAsync(call.Project, group.GroupId) ?? group;
        await host.Notifications.MemberInvitedAsync(call.Project, call.OperationId, now, call.Caller, invited);
    }
}
