using Parley.Core;
using Parley.Core.Sessions;
using Parley.Core.Users;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Users: tokens, presence, kicking, devices, push name, position (rtm-server.md §4.5 to §4.9, §8.3).</summary>
internal sealed class UserMethods(ParleyCore core) : ServerMethods(core)
{
    private readonly UserQuests _users = new(core);

    /// <summary><c>kickout</c> (§4.5): uid, ce?; one connection by its endpoint, all without one (rule S-16). Nobody there is success.</summary>
    public ValueTask Kickout(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        var endpoint = parameters.StringOrEmpty("ce"u8);
        return parameters.Failed ? quest.Reject(parameters) : KickoutAsync(quest, uid, endpoint);
    }

    private async ValueTask KickoutAsync(Quest quest, long uid, string endpoint)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        Core.Sessions.End(UserOf(quest, uid), endpoint, SessionEnd.Kicked);
        quest.Answer();
    }

    /// <summary><c>gettoken</c> (§4.6): uid → token; 200025 for an admin id.</summary>
    public ValueTask GetToken(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetTokenAsync(quest, uid);
    }

    private async ValueTask GetTokenAsync(Quest quest, long uid)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        if (ProjectOf(quest).IsAdmin(uid))
        {
            Refuse(quest, CoreError.AdminUser);
            return;
        }
        var token = await Core.Tokens.IssueAsync(ProjectOf(quest), uid, CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.Write("token"u8, token);
        answer.Send();
    }

    /// <summary><c>removetoken</c> (§4.6, §8.3): uid; all of the user's tokens are worthless, sessions go on.</summary>
    public ValueTask RemoveToken(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : RemoveTokenAsync(quest, uid);
    }

    private async ValueTask RemoveTokenAsync(Quest quest, long uid)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        await Core.Tokens.RevokeAsync(ProjectOf(quest), uid, CancellationToken.None);
        quest.Answer();
    }

    /// <summary><c>getonlineusers</c> (§4.7): uids, 1 to 200 → uids, those online.</summary>
    public ValueTask GetOnlineUsers(Quest quest, ref FpnnParameters parameters) =>
        _users.GetOnlineUsers(quest, ref parameters, ProjectOf(quest).Id);

    /// <summary><c>adddevice</c> (§4.8): uid, apptype (appType), devicetoken (deviceToken).</summary>
    public ValueTask AddDevice(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        var platform = parameters.String("apptype"u8, "appType"u8);
        var token = parameters.String("devicetoken"u8, "deviceToken"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var device = new Device(token, platform, DeviceType: "");
        return UserQuests.IsGood(quest, device) ? AddDeviceAsync(quest, uid, device) : default;
    }

    private async ValueTask AddDeviceAsync(Quest quest, long uid, Device device)
    {
        if (await IsValidAsync(quest, uid))
            await _users.AddDeviceAsync(quest, UserOf(quest, uid), device);
    }

    /// <summary><c>removedevice</c> (§4.8): uid, devicetoken (deviceToken). An unknown one is success.</summary>
    public ValueTask RemoveDevice(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        var token = parameters.String("devicetoken"u8, "deviceToken"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        return token.Length == 0 ? RefuseNow(quest, RtmErrors.EmptyParameter, "empty token") : RemoveDeviceAsync(quest, uid, token);
    }

    private async ValueTask RemoveDeviceAsync(Quest quest, long uid, string token)
    {
        if (await IsValidAsync(quest, uid))
            await _users.RemoveDeviceAsync(quest, UserOf(quest, uid), token);
    }

    /// <summary><c>setpushname</c> (§4.9): uid, pushname at most 256 bytes.</summary>
    public ValueTask SetPushName(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return UserQuests.TryReadPushName(quest, ref parameters, out var change) ? UpdateAsync(quest, uid, change) : default;
    }

    /// <summary><c>getpushname</c> (§4.9): uid → pushname, "" when never set.</summary>
    public ValueTask GetPushName(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetPushNameAsync(quest, uid);
    }

    private async ValueTask GetPushNameAsync(Quest quest, long uid)
    {
        if (await IsValidAsync(quest, uid))
            await _users.GetPushNameAsync(quest, UserOf(quest, uid));
    }

    /// <summary><c>setgeo</c> (§4.9): uid, lat, lng in degrees.</summary>
    public ValueTask SetGeo(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return UserQuests.TryReadPosition(quest, ref parameters, out var change) ? UpdateAsync(quest, uid, change) : default;
    }

    /// <summary><c>getgeo</c> (§4.9): uid → lat, lng, 0 when never set.</summary>
    public ValueTask GetGeo(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGeoAsync(quest, uid);
    }

    private async ValueTask GetGeoAsync(Quest quest, long uid)
    {
        if (await IsValidAsync(quest, uid))
            await _users.GetPositionAsync(quest, UserOf(quest, uid));
    }

    /// <summary><c>getgeos</c> (§4.9): uids, 1 to 10 → geos, a list of [uid, lat, lng] as texts.</summary>
    public ValueTask GetGeos(Quest quest, ref FpnnParameters parameters) => _users.GetPositions(quest, ref parameters, ProjectOf(quest).Id);

    private async ValueTask UpdateAsync(Quest quest, long uid, ProfileChange change)
    {
        if (await IsValidAsync(quest, uid))
            await _users.UpdateAsync(quest, UserOf(quest, uid), change);
    }
}
