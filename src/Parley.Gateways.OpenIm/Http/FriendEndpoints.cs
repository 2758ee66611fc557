using Parley.Core;
using Parley.Core.Relations;
using Parley.Gateways.OpenIm.Users;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Friends and blacklists (openim.md §4.8, §4.9, §8.8).</summary>
internal sealed class FriendEndpoints(OpenImHost host)
{
    /// <summary>/friend/import_friend {fromUserID, friendUserIDList}: makes friends without asking anybody.</summary>
    public async ValueTask<Outcome> ImportAsync(ApiCall call)
    {
        var name = call.Body.Text("fromUserID", ApiCall.IdLength, Need.Required, "ownerUid", "ownerUserID");
        var friends = call.Body.Texts("friendUserIDList", call.MostItems, Need.Required, "uidList", "friendUserIDs");
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return call.WithEmptyLists(refusal, "data");
        if (await call.FindAsync(name) is not { } user)
            return call.WithEmptyLists(OpenImFailures.StoreFailed with { Text = "this user does not exist, cannot add friends" }, "data");
        var results = new List<(string Name, bool IsDone)>(friends.Count);
        foreach (var friend in friends)
            results.Add((friend, await call.FindAsync(friend) is { } person && await BefriendAsync(call, user, person)));
        call.WriteResults(results);
        return Outcome.Done;
    }

    /// <summary>v3 /friend/import_friend {ownerUserID, friendUserIDs}.</summary>
    public async ValueTask<Outcome> ImportV3Async(ApiCall call)
    {
        var name = call.Body.Text("ownerUserID", ApiCall.IdLength, Need.Required);
        var friends = call.Body.Texts("friendUserIDs", call.MostItems, Need.Required);
        if (friends.Count == 0 || friends.Contains(name, StringComparer.Ordinal))
            call.Body.Refuse("friendUserIDs is empty or names the owner");
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return refusal;
        if (await call.FindAsync(name) is not { } user)
            return OpenImFailures.NoUser3;
        var people = new List<Person>(friends.Count);
        foreach (var friend in friends)
        {
            if (await call.FindAsync(friend) is not { } person)
                return OpenImFailures.NoUser3;
            people.Add(person);
        }
        foreach (var person in people)
        {
            if (!await BefriendAsync(call, user, person))
                return OpenImFailures.BadStatus;
        }
        return Outcome.Done;
    }

    /// <summary>/friend/add_blacklist and /friend/add_black {toUserID, fromUserID?}.</summary>
    public async ValueTask<Outcome> BlockAsync(ApiCall call)
    {
        var blocked = call.Body.Text("toUserID", ApiCall.IdLength, Need.Required, "uid", "blackUserID");
        var owner = call.Body.Text("fromUserID", ApiCall.IdLength, Need.Optional, "ownerUid", "ownerUserID");
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return refusal;
        if (owner.Length == 0)
        {
            if (call.IsManager)
                return OpenImFailures.Invalid("fromUserID is required");
            owner = call.Caller.Name;
        }
        return call.MayActFor(owner) ? await BlockAsync(call, owner, blocked, OpenImFailures.StoreFailed) : OpenImFailures.NoPermission;
    }

    /// <summary>v3 /friend/add_black {ownerUserID, blackUserID}.</summary>
    public async ValueTask<Outcome> BlockV3Async(ApiCall call)
    {
        var owner = call.Body.Text("ownerUserID", ApiCall.IdLength, Need.Required);
        var blocked = call.Body.Text("blackUserID", ApiCall.IdLength, Need.Required);
        if (await call.AdmitForAsync(owner) is { IsOk: false } refusal)
            return refusal;
        return await BlockAsync(call, owner, blocked, OpenImFailures.NoUser3);
    }

    /// <summary>/friend/get_friend_list {fromUserID}.</summary>
    public async ValueTask<Outcome> ListFriendsAsync(ApiCall call)
    {
        var (outcome, name, peers) = await ListAsync(call, RelationKind.Friend);
        if (!outcome.IsOk)
            return outcome;
        var friends = peers.ToAsyncEnumerable().Select(async (pair, _, _) =>
            host.Entities.Friend(name, await host.People.GetAsync(call.Project, pair.PeerId, call.Cancellation), pair.CreatedMs));
        await call.WriteListAsync("data", friends, EntityJson.Write);
        return Outcome.Done;
    }

    /// <summary>/friend/get_black_list {fromUserID}.</summary>
    public async ValueTask<Outcome> ListBlockedAsync(ApiCall call)
    {
        var (outcome, _, peers) = await ListAsync(call, RelationKind.Block);
        if (!outcome.IsOk)
            return outcome;
        var blocked = peers.ToAsyncEnumerable().Select(async (pair, _, _) =>
            Entities.Public(await host.People.GetAsync(call.Project, pair.PeerId, call.Cancellation)));
        await call.WriteListAsync("data", blocked, EntityJson.Write);
        return Outcome.Done;
    }

    private async ValueTask<(Outcome Outcome, string Name, IReadOnlyList<(long PeerId, long CreatedMs)> Peers)> ListAsync(
        ApiCall call, RelationKind kind)
    {
        var name = call.Body.Text("fromUserID", ApiCall.IdLength, Need.Required);
        if (await call.AdmitForAsync(name) is { IsOk: false } refusal)
            return (call.WithEmptyLists(refusal, "data"), name, []);
        var userId = await host.People.FindIdAsync(call.Project, name);
        return (Outcome.Done, name, userId == 0 ? [] : await call.Core.Relations.GetWithTimesAsync(call.Project, kind, userId, call.Cancellation));
    }

    /// <summary>True when they are friends now; who was before hears nothing.</summary>
    private async ValueTask<bool> BefriendAsync(ApiCall call, Person user, Person friend)
    {
        var result = await call.Core.Relations.BefriendAsync(
            call.Project, user.UserId, friend.UserId, new(call.Caller.UserId, host.Changes), call.Cancellation);
        if (result.Error != CoreError.None)
            return false;
        if (!result.WasFriend)
            await host.Notifications.FriendAddedAsync(call.Project, call.OperationId, user, friend, call.Caller);
        return true;
    }

    private async ValueTask<Outcome> BlockAsync(ApiCall call, string ownerName, string blockedName, Outcome unknown)
    {
        if (await call.FindAsync(ownerName) is not { } owner || await call.FindAsync(blockedName) is not { } blocked)
            return unknown;
        if (owner.UserId == blocked.UserId)
            return OpenImFailures.BadArguments;
        var relations = call.Core.Relations;
        if ((await relations.FilterAsync(call.Project, RelationKind.Block, owner.UserId, [blocked.UserId])).Count > 0)
            return Outcome.Done;
        var error = await relations.AddAsync(
            call.Project, RelationKind.Block, owner.UserId, [blocked.UserId], new(call.Caller.UserId, host.Changes), call.Cancellation);
        if (error != CoreError.None)
            return OpenImFailures.BadStatus;
        await host.Notifications.BlackAddedAsync(call.Project, call.OperationId, owner, blocked);
        return Outcome.Done;
    }
}
