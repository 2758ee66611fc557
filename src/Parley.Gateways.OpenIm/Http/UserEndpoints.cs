using Parley.Core.Relations;
using Parley.Gateways.OpenIm.Users;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>Profiles (openim.md §4.10, §4.11, §8.8).</summary>
internal sealed class UserEndpoints(OpenImHost host)
{
    private const int MostUsers = 1000;

    /// <summary>/user/update_user_info {uid, name …}: what is empty changes nothing.</summary>
    public ValueTask<Outcome> UpdateAsync(ApiCall call) =>
        UpdateAsync(call, call.Body.Text("uid", ApiCall.IdLength, Need.Required, "userID"), ProfileForm.Read(call.Body), OpenImFailures.StoreFailed);

    /// <summary>v3 /user/update_user_info {userInfo}.</summary>
    public ValueTask<Outcome> UpdateV3Async(ApiCall call)
    {
        var info = call.Body.Object("userInfo", Need.Required);
        return UpdateAsync(call, info.Text("userID", ApiCall.IdLength, Need.Required), ProfileForm.Read(info), OpenImFailures.NoUser3);
    }

    /// <summary>/user/get_user_info {uidList}: the seed's names and ours; what is private only for managers and oneself.</summary>
    public async ValueTask<Outcome> GetDetailsAsync(ApiCall call)
    {
        var (outcome, people) = await FindAsync(call);
        if (!outcome.IsOk)
            return call.WithEmptyLists(outcome, "data");
        await call.WriteListAsync("data", people, (json, person) =>
        {
            var profile = person.Profile;
            var maySee = call.MayActFor(person.Name);
            var phone = maySee ? profile.Phone : "";
            json.WriteStartObject();
            json.WriteString("uid"u8, person.Name);
            json.WriteString("name"u8, profile.Nickname);
            json.WriteString("icon"u8, profile.FaceUrl);
            json.WriteNumber("gender"u8, profile.Gender);
            json.WriteString("mobile"u8, phone);
            json.WriteString("birth"u8, maySee ? profile.BirthText : "");
            json.WriteString("email"u8, maySee ? profile.Email : "");
            json.WriteString("ex"u8, profile.Extra);
            json.WriteString("userID"u8, person.Name);
            json.WriteString("nickname"u8, profile.Nickname);
            json.WriteString("faceURL"u8, profile.FaceUrl);
            json.WriteString("phoneNumber"u8, phone);
            json.WriteEndObject();
        });
        return Outcome.Done;
    }

    /// <summary>/user/get_users_info {userIDList}: what everybody may see.</summary>
    public async ValueTask<Outcome> GetPublicAsync(ApiCall call)
    {
        var (outcome, people) = await FindAsync(call);
        if (!outcome.IsOk)
            return call.WithEmptyLists(outcome, "data");
        await call.WriteListAsync("data", people.Select(Entities.Public), EntityJson.Write);
        return Outcome.Done;
    }

    /// <summary>v3 /user/get_users_info {userIDs}.</summary>
    public async ValueTask<Outcome> GetV3Async(ApiCall call)
    {
        var (outcome, people) = await FindAsync(call);
        if (!outcome.IsOk)
            return outcome;
        call.Json.WriteStartObject("data"u8);
        await call.WriteListAsync("usersInfo", people.Select(host.Entities.User), static (json, user) =>
        {
            json.WriteStartObject();
            json.WriteString("userID"u8, user.UserID);
            json.WriteString("nickname"u8, user.Nickname);
            json.WriteString("faceURL"u8, user.FaceURL);
            json.WriteString("ex"u8, user.Ex);
            json.WriteNumber("createTime"u8, user.CreateTime * 1000L);
            json.WriteNumber("appMangerLevel"u8, user.AppMangerLevel);
            json.WriteEndObject();
        });
        call.Json.WriteEndObject();
        return Outcome.Done;
    }

    /// <summary>/user/get_self_user_info: the token's user.</summary>
    public async ValueTask<Outcome> GetSelfAsync(ApiCall call)
    {
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return refusal;
        call.Json.WritePropertyName("data"u8);
        call.Json.Write(host.Entities.User(call.Caller));
        return Outcome.Done;
    }

    private async ValueTask<(Outcome Outcome, IReadOnlyList<Person> People)> FindAsync(ApiCall call)
    {
        var names = call.Body.Texts("uidList", MostUsers, Need.Required, "userIDList", "userIDs");
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return (refusal, []);
        if (names.Count == 0)
            return (OpenImFailures.BadArguments, []);
        var people = new List<Person>(names.Count);
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (await call.FindAsync(name) is { } person)
                people.Add(person);
        }
        return (Outcome.Done, people);
    }

    private async ValueTask<Outcome> UpdateAsync(ApiCall call, string name, ProfileForm form, Outcome unknown)
    {
        if (await call.AdmitForAsync(name) is { IsOk: false } refusal)
            return refusal;
        var userId = await host.People.FindIdAsync(call.Project, name);
        if (userId == 0 || !await call.Core.Users.UpdateAsync(call.Project, userId, form.Apply, call.Cancellation))
            return unknown;
        var friends = await call.Core.Relations.GetAsync(call.Project, RelationKind.Friend, userId, call.Cancellation);
        var person = await host.People.GetAsync(call.Project, userId, call.Cancellation);
        await host.Notifications.UserInfoUpdatedAsync(
            call.Project, call.OperationId, person, [.. friends.Append(userId).Append(call.Caller.UserId).Distinct()]);
        return Outcome.Done;
    }
}
