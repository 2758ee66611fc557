using Parley.Core.Sessions;
using Parley.Core.Users;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>What managers ask and do about users (openim.md §4.12 to §4.15).</summary>
internal sealed class ManagerEndpoints(OpenImHost host)
{
    private const int MostStatuses = 200;
    private const int MostChecks = 100;

    /// <summary>/manager/delete_user {deleteUidList}: users go with all they had; messages stay.</summary>
    public async ValueTask<Outcome> DeleteAsync(ApiCall call)
    {
        var names = call.Body.Texts("deleteUidList", call.MostItems, Need.Required, "deleteUserIDList");
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
        {
            WriteTwice(call, "failedUidList", names);
            return refusal;
        }
        var failed = new List<string>();
        foreach (var name in names)
        {
            if (!await DeleteAsync(call, name))
                failed.Add(name);
        }
        WriteTwice(call, "failedUidList", failed);
        return failed.Count > 0 && host.Settings.PartialDeleteError ? OpenImFailures.SomeNotDeleted : Outcome.Done;
    }

    /// <summary>/manager/get_users_online_status {userIDList}: who is online, and on which platforms.</summary>
    public async ValueTask<Outcome> GetStatusAsync(ApiCall call)
    {
        var names = call.Body.Texts("userIDList", MostStatuses, Need.Required, "uidList", "userIDs");
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return call.WithEmptyLists(refusal, "successResult", "data");
        var statuses = await FindStatusesAsync(call, names);
        foreach (var list in new[] { "successResult", "data" })
        {
            call.Json.WriteList(list, statuses, static (json, status) =>
            {
                json.WriteStartObject();
                json.WriteString("userID"u8, status.Name);
                json.WriteString("status"u8, status.Platforms is null ? "offline" : "online");
                if (status.Platforms is { } platforms)
                {
                    json.WriteList("detailPlatformStatus", platforms, static (inner, platform) =>
                    {
                        inner.WriteStartObject();
                        inner.WriteString("platform"u8, platform);
                        inner.WriteString("status"u8, "online");
                        inner.WriteEndObject();
                    });
                }
                json.WriteEndObject();
            });
        }
        return Outcome.Done;
    }

    /// <summary>v3 /user/get_users_online_status {userIDs}.</summary>
    public async ValueTask<Outcome> GetStatusV3Async(ApiCall call)
    {
        var names = call.Body.Texts("userIDs", MostStatuses, Need.Required);
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return refusal;
        call.Json.WriteList("data", await FindStatusesAsync(call, names), static (json, status) =>
        {
            json.WriteStartObject();
            json.WriteString("userID"u8, status.Name);
            json.WriteNumber("status"u8, status.Platforms is null ? 0 : 1);
            if (status.Platforms is { } platforms)
            {
                json.WriteList("detailPlatformStatus", platforms, static (inner, platform) =>
                {
                    inner.WriteStartObject();
                    inner.WriteNumber("platformID"u8, OpenImPlatforms.NumberOfV3(platform));
                    inner.WriteEndObject();
                });
            }
            json.WriteEndObject();
        });
        return Outcome.Done;
    }

    /// <summary>/manager/get_all_users_uid: everybody in the order of creation.</summary>
    public async ValueTask<Outcome> ListAllAsync(ApiCall call)
    {
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return call.WithEmptyLists(refusal, "uidList", "data");
        var names = new List<string>();
        await foreach (var userId in call.Core.Users.GetAllAsync(call.Project, call.Cancellation))
            names.Add(await call.Core.Names.GetNameAsync(call.Project.Id, userId));
        WriteTwice(call, "uidList", names);
        return Outcome.Done;
    }

    /// <summary>v3 /user/get_all_users_uid {pagination}.</summary>
    public async ValueTask<Outcome> ListPageAsync(ApiCall call)
    {
        var pagination = call.Body.Object("pagination", Need.Required);
        var page = pagination.Number("pageNumber", 1, int.MaxValue, Need.Required);
        var size = pagination.Number("showNumber", 1, UserDirectory.PerPage, Need.Required);
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return refusal;
        var names = new List<string>();
        var total = 0L;
        await foreach (var userId in call.Core.Users.GetAllAsync(call.Project, call.Cancellation))
        {
            if (total >= (page - 1) * size && total < page * size)
                names.Add(await call.Core.Names.GetNameAsync(call.Project.Id, userId));
            total++;
        }
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteNumber("total"u8, total);
        call.WriteTexts("userIDs", names);
        call.Json.WriteEndObject();
        return Outcome.Done;
    }

    /// <summary>/manager/account_check {userIDList}: who is registered.</summary>
    public async ValueTask<Outcome> CheckAsync(ApiCall call)
    {
        var names = call.Body.Texts("userIDList", MostChecks, Need.Required, "checkUserIDList", "checkUserIDs");
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return call.WithEmptyLists(refusal, "result", "data");
        var accounts = await FindAccountsAsync(call, names);
        foreach (var list in new[] { "result", "data" })
        {
            call.Json.WriteList(list, accounts, static (json, account) =>
            {
                json.WriteStartObject();
                json.WriteString("userID"u8, account.Name);
                json.WriteString("accountStatus"u8, account.IsRegistered ? "registered" : "unregistered");
                json.WriteEndObject();
            });
        }
        return Outcome.Done;
    }

    /// <summary>v3 /user/account_check {checkUserIDs}.</summary>
    public async ValueTask<Outcome> CheckV3Async(ApiCall call)
    {
        var names = call.Body.Texts("checkUserIDs", MostChecks, Need.Required);
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return refusal;
        var accounts = await FindAccountsAsync(call, names);
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteList("results", accounts, static (json, account) =>
        {
            json.WriteStartObject();
            json.WriteString("userID"u8, account.Name);
            json.WriteNumber("accountStatus"u8, account.IsRegistered ? 1 : 0);
            json.WriteEndObject();
        });
        call.Json.WriteEndObject();
        return Outcome.Done;
    }

    private static void WriteTwice(ApiCall call, string name, IReadOnlyList<string> texts)
    {
        call.WriteTexts(name, texts);
        call.WriteTexts("data", texts);
    }

    private async ValueTask<bool> DeleteAsync(ApiCall call, string name)
    {
        if (host.People.IsManager(name) || await call.FindAsync(name) is not { } person)
            return false;
        // the tokens first: whatever fails then, nobody comes in as a user who is half gone
        await host.Tokens.InvalidateAsync(call.Project, person.UserId, call.Cancellation);
        if (!await call.Core.Users.RemoveAsync(call.Project, person.UserId, new(ActorId: 0, host.Changes), call.Cancellation))
            return false;
        call.Core.Sessions.End(new(call.Project.Id, person.UserId), endpoint: null, SessionEnd.Kicked);
        return true;
    }

    /// <summary>Platforms of connections of this protocol; null = offline. Online elsewhere is online, on no platform.</summary>
    private async ValueTask<List<(string Name, IReadOnlyList<string>? Platforms)>> FindStatusesAsync(ApiCall call, IReadOnlyList<string> names)
    {
        var statuses = new List<(string Name, IReadOnlyList<string>? Platforms)>(names.Count);
        foreach (var name in names)
        {
            var userId = await host.People.FindIdAsync(call.Project, name);
            var presence = userId == 0 ? null : call.Core.Sessions.Find(call.Project.Id, userId);
            statuses.Add((name, presence is null ? null : PlatformsOf(presence)));
        }
        return statuses;
    }

    private static List<string> PlatformsOf(Presence presence)
    {
        var platforms = new List<string>();
        foreach (var session in presence.Sessions)
        {
            if (session is IPlatformSession { Platform: var platform } && !platforms.Contains(platform, StringComparer.Ordinal))
                platforms.Add(platform);
        }
        return platforms;
    }

    private static async ValueTask<List<(string Name, bool IsRegistered)>> FindAccountsAsync(ApiCall call, IReadOnlyList<string> names)
    {
        var accounts = new List<(string Name, bool IsRegistered)>(names.Count);
        foreach (var name in names)
            accounts.Add((name, await call.FindAsync(name) is not null));
        return accounts;
    }
}
