using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client.Connecting;

/// <summary>The refusals of a login after which trying again is of no use (rtm-client.md §3.2).</summary>
internal static class StopList
{
    public static bool Contains(int code) => code is
        RtmErrorCode.InvalidPidOrUid or
        RtmErrorCode.InvalidPidOrSign or
        RtmErrorCode.PermissionDenied or
        RtmErrorCode.AuthDenied or
        RtmErrorCode.AdminLogin or
        RtmErrorCode.AdminOnly or
        RtmErrorCode.InvalidAuthToken or
        RtmErrorCode.BlockedUser or
        FpnnErrorCode.Forbidden;
}
