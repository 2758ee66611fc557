using Parley.Core;
using Parley.Core.Users;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>
/// What is kept about users: push name, position, presence, infos, devices, language (rtm-client.md §4.7 to §4.11, §4.15, §10.1).
/// </summary>
internal sealed class UserMethods(ParleyCore core) : ClientMethods(core)
{
    private const int MostInfos = 100;
    private const int MostInfoBytes = 65_535;

    private readonly UserQuests _users = new(core);
    private readonly TranslationQuests _translations = new(core);

    /// <summary><c>setpushname</c>: pushname, at most 256 bytes.</summary>
    public ValueTask SetPushName(Quest quest, ref FpnnParameters parameters) =>
        UserQuests.TryReadPushName(quest, ref parameters, out var change) ? _users.UpdateAsync(quest, Me(quest).User, change) : default;

    /// <summary><c>getpushname</c> → pushname, "" when never set.</summary>
    public ValueTask GetPushName(Quest quest, ref FpnnParameters parameters) => _users.GetPushNameAsync(quest, Me(quest).User);

    /// <summary><c>setgeo</c>: lat, lng in degrees.</summary>
    public ValueTask SetGeo(Quest quest, ref FpnnParameters parameters) =>
        UserQuests.TryReadPosition(quest, ref parameters, out var change) ? _users.UpdateAsync(quest, Me(quest).User, change) : default;

    /// <summary><c>getgeo</c> → lat, lng, 0 when never set.</summary>
    public ValueTask GetGeo(Quest quest, ref FpnnParameters parameters) => _users.GetPositionAsync(quest, Me(quest).User);

    /// <summary><c>getgeos</c>: uids, 1 to 10 → geos.</summary>
    public ValueTask GetGeos(Quest quest, ref FpnnParameters parameters) =>
        _users.GetPositions(quest, ref parameters, Me(quest).Project.Id);

    /// <summary><c>getonlineusers</c>: uids, 1 to 200 → uids, those online, in the order asked for.</summary>
    public ValueTask GetOnlineUsers(Quest quest, ref FpnnParameters parameters) =>
        _users.GetOnlineUsers(quest, ref parameters, Me(quest).Project.Id);

    /// <summary><c>setuserinfo</c>: oinfo?, pinfo?.</summary>
    public ValueTask SetUserInfo(Quest quest, ref FpnnParameters parameters)
    {
        var open = parameters.StringOrNull("oinfo"u8);
        var own = parameters.StringOrNull("pinfo"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (IsLonger(open, MostInfoBytes) || IsLonger(own, MostInfoBytes))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large info");
        return _users.UpdateAsync(quest, Me(quest).User, new ProfileChange { OpenInfo = open, PrivateInfo = own });
    }

    /// <summary><c>getuserinfo</c> → oinfo, pinfo.</summary>
    public ValueTask GetUserInfo(Quest quest, ref FpnnParameters parameters) => GetUserInfoAsync(quest);

    private async ValueTask GetUserInfoAsync(Quest quest)
    {
        var me = Me(quest);
        var profile = await Core.Store.Users.GetProfileAsync(me.Project.Id, me.UserId, CancellationToken.None);
        var answer = quest.BeginAnswer(2);
        answer.Write("oinfo"u8, profile.OpenInfo);
        answer.Write("pinfo"u8, profile.PrivateInfo);
        answer.Send();
    }

    /// <summary><c>getuseropeninfo</c>: uids, 1 to 100 → info, a map from uid (text) to oinfo.</summary>
    public ValueTask GetUserOpenInfo(Quest quest, ref FpnnParameters parameters)
    {
        var uids = parameters.Int64List("uids"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetUserOpenInfoAsync(quest, uids);
    }

    private async ValueTask GetUserOpenInfoAsync(Quest quest, long[] uids)
    {
        var error = CheckList(uids, MostInfos);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return;
        }
        var profiles = await Core.Store.Users.GetProfilesAsync(Me(quest).Project.Id, [.. uids.Distinct()], CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.WriteInfos([.. profiles.Select(profile => (profile.UserId, profile.OpenInfo))]);
        answer.Send();
    }

    /// <summary><c>adddevice</c> (§4.9, rule C-5): ptype, dtype, token, or apptype, devicetoken.</summary>
    public ValueTask AddDevice(Quest quest, ref FpnnParameters parameters)
    {
        var platform = parameters.String("ptype"u8, "apptype"u8);
        var token = parameters.String("token"u8, "devicetoken"u8);
        // dtype belongs to the first form only
        var deviceType = parameters.Has("ptype"u8) ? parameters.String("dtype"u8) : parameters.StringOrEmpty("dtype"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var device = new Device(token, platform, deviceType);
        return UserQuests.IsGood(quest, device) ? _users.AddDeviceAsync(quest, Me(quest).User, device) : default;
    }

    /// <summary><c>removedevice</c> (§10.1): devicetoken. An unknown one is success.</summary>
    public ValueTask RemoveDevice(Quest quest, ref FpnnParameters parameters)
    {
        var token = parameters.String("devicetoken"u8, "token"u8);
        return parameters.Failed ? quest.Reject(parameters) : _users.RemoveDeviceAsync(quest, Me(quest).User, token);
    }

    /// <summary><c>setlang</c> (§4.10): lang; "" = no translation. Holds for all of the user's sessions, now and later.</summary>
    public ValueTask SetLang(Quest quest, ref FpnnParameters parameters)
    {
        var language = parameters.String("lang"u8);
        return parameters.Failed ? quest.Reject(parameters) : SetLangAsync(quest, language);
    }

    private async ValueTask SetLangAsync(Quest quest, string language) =>
        Conclude(quest, await Core.Translation.SetLanguageAsync(Me(quest), language, CancellationToken.None));

    /// <summary><c>translate</c> (§4.11): text, src?, dst → the translation.</summary>
    public ValueTask Translate(Quest quest, ref FpnnParameters parameters) =>
        _translations.Translate(quest, ref parameters, ProjectOf(Me(quest)));
}
