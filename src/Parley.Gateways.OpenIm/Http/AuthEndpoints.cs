using Parley.Core.Sessions;
using Parley.Gateways.OpenIm.Tokens;
using Parley.Gateways.OpenIm.Users;

namespace Parley.Gateways.OpenIm.Http;

/// <summary>How users come to exist, and tokens (openim.md §4.1 to §4.4).</summary>
internal sealed class AuthEndpoints(OpenImHost host)
{
    private const int LastClientPlatform = 7;

    /// <summary>/auth/user_register {secret, platform, userID, nickname …}: registers, and gives a token.</summary>
    public async ValueTask<Outcome> RegisterAsync(ApiCall call)
    {
        var secret = call.ReadSecret();
        var platform = call.Body.Integer("platform", 1, LastClientPlatform, Need.Required, "platformID");
        var name = call.Body.Text("userID", ApiCall.IdLength, Need.Required, "uid");
        call.CheckNewName("userID", name);
        var form = ProfileForm.Read(call.Body);
        if (call.AdmitBySecret(secret) is { IsOk: false } refusal)
            return refusal;
        if (await host.People.RegisterAsync(call.Project, name, form.Apply(new()), call.Cancellation) is not { } person)
            return OpenImFailures.Registered;
        await GiveAsync(call, person, OpenImPlatforms.NameOf(platform)!);
        return Outcome.Done;
    }

    /// <summary>/auth/user_token {secret, platform, userID}: gives a token to any registered user.</summary>
    public async ValueTask<Outcome> IssueAsync(ApiCall call)
    {
        var secret = call.ReadSecret();
        var platform = call.Body.Integer("platform", 1, OpenImPlatforms.Manager, Need.Required, "platformID");
        var name = call.Body.Text("userID", ApiCall.IdLength, Need.Required, "uid");
        if (call.AdmitBySecret(secret) is { IsOk: false } refusal)
            return refusal;
        if (await call.FindAsync(name) is not { } person)
        {
            WriteToken(call, name, default);
            return OpenImFailures.StoreFailed;
        }
        await GiveAsync(call, person, OpenImPlatforms.NameOf(platform)!);
        return Outcome.Done;
    }

    /// <summary>/auth/parse_token: when the token of the header expires.</summary>
    public async ValueTask<Outcome> ParseAsync(ApiCall call)
    {
        if (await call.AdmitAsync() is { IsOk: false } refusal)
            return refusal;
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteNumber("ExpireTimeSeconds"u8, call.Token.Expiry);
        call.Json.WriteNumber("expireTimeSeconds"u8, call.Token.Expiry);
        call.Json.WriteEndObject();
        return Outcome.Done;
    }

    /// <summary>/auth/force_logout {platform, fromUserID}: ends the connections and the tokens of a platform.</summary>
    public ValueTask<Outcome> LogoutAsync(ApiCall call)
    {
        var platform = call.Body.Integer("platform", 1, OpenImPlatforms.Manager, Need.Required, "platformID");
        var name = call.Body.Text("fromUserID", ApiCall.IdLength, Need.Required, "userID");
        return LogoutAsync(call, name, OpenImPlatforms.NameOf(platform));
    }

    /// <summary>v3 /auth/get_admin_token {secret, userID}: gives a token to a manager.</summary>
    public async ValueTask<Outcome> IssueToManagerAsync(ApiCall call)
    {
        var secret = call.ReadSecret();
        var name = call.Body.Text("userID", ApiCall.IdLength, Need.Required);
        if (call.AdmitBySecret(secret) is { IsOk: false } refusal)
            return refusal;
        if (!host.People.IsManager(name))
            return OpenImFailures.NoPermission3;
        if (await call.FindAsync(name) is not { } person)
            return OpenImFailures.NoUser3;
        await GiveDurationAsync(call, person, OpenImPlatforms.NameOfV3(OpenImPlatforms.ManagerV3)!);
        return Outcome.Done;
    }

    /// <summary>v3 /auth/get_user_token {platformID, userID}: a manager asks for a user's token.</summary>
    public async ValueTask<Outcome> IssueToUserAsync(ApiCall call)
    {
        var platform = OpenImPlatforms.NameOfV3(call.Body.Integer("platformID", 1, int.MaxValue, Need.Required));
        var name = call.Body.Text("userID", ApiCall.IdLength, Need.Required);
        if (string.IsNullOrEmpty(platform))
            call.Body.Refuse("platformID is unknown");
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return refusal;
        if (await call.FindAsync(name) is not { } person)
            return OpenImFailures.NoUser3;
        await GiveDurationAsync(call, person, platform!);
        return Outcome.Done;
    }

    /// <summary>v3 /auth/parse_token {token}: whose token it is, and when it expires.</summary>
    public async ValueTask<Outcome> ParseGivenAsync(ApiCall call)
    {
        var token = call.Body.Text("token", int.MaxValue, Need.Required);
        if (call.Body.Fault is { } fault)
            return OpenImFailures.Invalid(fault);
        var verdict = await host.Tokens.CheckAsync(call.Project, token, call.Cancellation);
        if (!verdict.IsGood)
            return OpenImFailures.BadToken3(verdict.Code);
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteString("userID"u8, verdict.Name);
        call.Json.WriteNumber("platformID"u8, OpenImPlatforms.NumberOfV3(verdict.Platform));
        call.Json.WriteNumber("expireTimeSeconds"u8, verdict.Expiry);
        call.Json.WriteEndObject();
        return Outcome.Done;
    }

    /// <summary>v3 /auth/force_logout {platformID, userID}.</summary>
    public ValueTask<Outcome> LogoutV3Async(ApiCall call)
    {
        var platform = OpenImPlatforms.NameOfV3(call.Body.Integer("platformID", 1, int.MaxValue, Need.Required));
        var name = call.Body.Text("userID", ApiCall.IdLength, Need.Required);
        if (platform is null)
            call.Body.Refuse("platformID is unknown");
        return LogoutAsync(call, name, platform);
    }

    /// <summary>v3 /user/user_register {users}: a manager registers users; all or none.</summary>
    public async ValueTask<Outcome> RegisterManyAsync(ApiCall call)
    {
        var users = call.Body.Objects("users", call.MostItems, Need.Required);
        var names = users.Select(static user => user.Text("userID", ApiCall.IdLength, Need.Required)).ToArray();
        var forms = users.Select(ProfileForm.Read).ToArray();
        foreach (var name in names)
            call.CheckNewName("userID", name);
        if (names.Length == 0 || names.Distinct(StringComparer.Ordinal).Count() != names.Length)
            call.Body.Refuse("users is empty or names a user twice");
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return refusal;
        foreach (var name in names)
        {
            if (await call.FindAsync(name) is not null)
                return OpenImFailures.Registered3;
        }
        for (var i = 0; i < names.Length; i++)
        {
            if (await host.People.RegisterAsync(call.Project, names[i], forms[i].Apply(new()), call.Cancellation) is null)
                return OpenImFailures.Registered3; // by somebody else in this moment
        }
        return Outcome.Done;
    }

    private async ValueTask<Outcome> LogoutAsync(ApiCall call, string name, string? platform)
    {
        if (await call.AdmitAsync(managersOnly: true) is { IsOk: false } refusal)
            return refusal;
        var userId = await host.People.FindIdAsync(call.Project, name);
        if (userId == 0)
            return Outcome.Done; // who never was here has nothing to end
        await host.Tokens.KickAsync(call.Project, userId, platform, exceptToken: null, call.Cancellation);
        if (call.Core.Sessions.Find(call.Project.Id, userId) is { } presence)
        {
            foreach (var session in presence.Sessions)
            {
                if (session is IPlatformSession other && other.Platform == platform)
                    session.End(SessionEnd.Kicked);
            }
        }
        return Outcome.Done;
    }

    private async ValueTask<IssuedToken> IssueAsync(ApiCall call, Person person, string platform)
    {
        await call.Core.Inboxes.EnrolAsync(call.Project, person.UserId, call.Cancellation);
        return await host.Tokens.IssueAsync(call.Project, person.Name, person.UserId, platform, call.Cancellation);
    }

    private async ValueTask GiveAsync(ApiCall call, Person person, string platform) =>
        WriteToken(call, person.Name, await IssueAsync(call, person, platform));

    private async ValueTask GiveDurationAsync(ApiCall call, Person person, string platform)
    {
        var token = await IssueAsync(call, person, platform);
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteString("token"u8, token.Text);
        call.Json.WriteNumber("expireTimeSeconds"u8, host.Tokens.Lifetime);
        call.Json.WriteEndObject();
    }

    private static void WriteToken(ApiCall call, string name, IssuedToken token)
    {
        call.Json.WriteStartObject("data"u8);
        call.Json.WriteString("userID"u8, name);
        call.Json.WriteString("token"u8, token.Text ?? "");
        call.Json.WriteNumber("expiredTime"u8, token.Expiry);
        call.Json.WriteEndObject();
    }
}
