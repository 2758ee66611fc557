using System.Globalization;
using Parley.Core;
using Parley.Core.Users;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>What is kept about users: push name, position, presence, infos, devices (rtm-client.md §4.7 to §4.9, §4.15, §10.1).</summary>
internal sealed class UserMethods(ParleyCore core) : ClientMethods(core)
{
    private const int MostPushNameBytes = 256;
    private const int MostPositions = 10;
    private const int MostAsked = 200;
    private const int MostInfos = 100;
    private const int MostInfoBytes = 65_535;
    private const int MostTokenBytes = 1024;

    /// <summary><c>setpushname</c>: pushname, at most 256 bytes.</summary>
    public ValueTask SetPushName(Quest quest, ref FpnnParameters parameters)
    {
        var name = parameters.String("pushname"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (IsLonger(name, MostPushNameBytes))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large pushname");
        return UpdateAsync(quest, new ProfileChange { PushName = name });
    }

    /// <summary><c>getpushname</c> → pushname, "" when never set.</summary>
    public ValueTask GetPushName(Quest quest, ref FpnnParameters parameters) => GetPushNameAsync(quest);

    private async ValueTask GetPushNameAsync(Quest quest)
    {
        var profile = await MyProfileAsync(quest);
        var answer = quest.BeginAnswer(1);
        answer.Write("pushname"u8, profile.PushName);
        answer.Send();
    }

    /// <summary><c>setgeo</c>: lat, lng in degrees.</summary>
    public ValueTask SetGeo(Quest quest, ref FpnnParameters parameters)
    {
        var latitude = parameters.Double("lat"u8);
        var longitude = parameters.Double("lng"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (!double.IsFinite(latitude) || !double.IsFinite(longitude))
            return RefuseNow(quest, RtmErrors.InvalidParameter, "invalid parameter");
        return UpdateAsync(quest, new ProfileChange { Position = new(latitude, longitude) });
    }

    /// <summary><c>getgeo</c> → lat, lng, 0 when never set.</summary>
    public ValueTask GetGeo(Quest quest, ref FpnnParameters parameters) => GetGeoAsync(quest);

    private async ValueTask GetGeoAsync(Quest quest)
    {
        var position = (await MyProfileAsync(quest)).Position ?? default;
        var answer = quest.BeginAnswer(2);
        answer.Write("lat"u8, position.Latitude);
        answer.Write("lng"u8, position.Longitude);
        answer.Send();
    }

    /// <summary><c>getgeos</c>: uids, 1 to 10 → geos, a list of [uid, lat, lng] as texts; users without a position are left out.</summary>
    public ValueTask GetGeos(Quest quest, ref FpnnParameters parameters)
    {
        var uids = parameters.Int64List("uids"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetGeosAsync(quest, uids);
    }

    private async ValueTask GetGeosAsync(Quest quest, long[] uids)
    {
        var error = CheckList(uids, MostPositions);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return;
        }
        var profiles = await Core.Store.Users.GetProfilesAsync(Me(quest).Project.Id, uids, CancellationToken.None);
        var known = profiles.Where(profile => profile.Position is not null).ToArray();
        var answer = quest.BeginAnswer(1);
        answer.WriteArray("geos"u8, known.Length);
        foreach (var profile in known)
        {
            answer.BeginArray(3);
            answer.Value(profile.UserId.ToString(CultureInfo.InvariantCulture));
            answer.Value(profile.Position!.Value.Latitude.ToString("0.######", CultureInfo.InvariantCulture));
            answer.Value(profile.Position!.Value.Longitude.ToString("0.######", CultureInfo.InvariantCulture));
        }
        answer.Send();
    }

    /// <summary><c>getonlineusers</c>: uids, 1 to 200 → uids, those online, in the order asked for.</summary>
    public ValueTask GetOnlineUsers(Quest quest, ref FpnnParameters parameters)
    {
        var uids = parameters.Int64List("uids"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var error = CheckList(uids, MostAsked);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return ValueTask.CompletedTask;
        }
        var answer = quest.BeginAnswer(1);
        answer.Write("uids"u8, Core.Sessions.WhoIsOnline(Me(quest).Project.Id, uids));
        answer.Send();
        return ValueTask.CompletedTask;
    }

    /// <summary><c>setuserinfo</c>: oinfo?, pinfo?.</summary>
    public ValueTask SetUserInfo(Quest quest, ref FpnnParameters parameters)
    {
        var open = parameters.StringOrNull("oinfo"u8);
        var own = parameters.StringOrNull("pinfo"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (IsLonger(open, MostInfoBytes) || IsLonger(own, MostInfoBytes))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large info");
        return UpdateAsync(quest, new ProfileChange { OpenInfo = open, PrivateInfo = own });
    }

    /// <summary><c>getuserinfo</c> → oinfo, pinfo.</summary>
    public ValueTask GetUserInfo(Quest quest, ref FpnnParameters parameters) => GetUserInfoAsync(quest);

    private async ValueTask GetUserInfoAsync(Quest quest)
    {
        var profile = await MyProfileAsync(quest);
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
        if (token.Length == 0)
            return RefuseNow(quest, RtmErrors.EmptyParameter, "empty token");
        if (IsLonger(token, MostTokenBytes) || IsLonger(platform, MostTokenBytes) || IsLonger(deviceType, MostTokenBytes))
            return RefuseNow(quest, RtmErrors.LargeMessageOrAttrs, "large token");
        return AddDeviceAsync(quest, new Device(token, platform, deviceType));
    }

    private async ValueTask AddDeviceAsync(Quest quest, Device device)
    {
        var me = Me(quest);
        await Core.Store.Users.AddDeviceAsync(me.Project.Id, me.UserId, device, CancellationToken.None);
        quest.Answer();
    }

    /// <summary><c>removedevice</c> (§10.1): devicetoken. An unknown one is success.</summary>
    public ValueTask RemoveDevice(Quest quest, ref FpnnParameters parameters)
    {
        var token = parameters.String("devicetoken"u8, "token"u8);
        return parameters.Failed ? quest.Reject(parameters) : RemoveDeviceAsync(quest, token);
    }

    private async ValueTask RemoveDeviceAsync(Quest quest, string token)
    {
        var me = Me(quest);
        await Core.Store.Users.RemoveDeviceAsync(me.Project.Id, me.UserId, token, CancellationToken.None);
        quest.Answer();
    }

    private ValueTask<UserProfile> MyProfileAsync(Quest quest) =>
        Core.Store.Users.GetProfileAsync(Me(quest).Project.Id, Me(quest).UserId, CancellationToken.None);

    private async ValueTask UpdateAsync(Quest quest, ProfileChange change)
    {
        var me = Me(quest);
        await Core.Store.Users.UpdateProfileAsync(me.Project.Id, me.UserId, change, CancellationToken.None);
        quest.Answer();
    }
}
