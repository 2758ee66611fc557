using System.Globalization;
using System.Text;

namespace Parley.Gateways.OpenIm.Http.OpenApi;

/// <summary>What errors mean, in the words of <see cref="OpenImFailures"/>.</summary>
internal static class ApiErrorTexts
{
    private const int FirstTokenCode = OpenImFailures.TokenExpired;
    private const int LastTokenCode = OpenImFailures.TokenKicked;

    private static readonly Outcome[] CodesV3 =
    [
        OpenImFailures.Arguments3, OpenImFailures.NoPermission3, OpenImFailures.Duplicate3, OpenImFailures.NotFound3, OpenImFailures.NoUser3,
        OpenImFailures.Registered3, OpenImFailures.NoGroup3, OpenImFailures.ToV3(new(200, OpenImFailures.Blocked, "")),
        OpenImFailures.ToV3(new(200, OpenImFailures.NotFriendCode, "")),
        .. Enumerable.Range(FirstTokenCode, LastTokenCode - FirstTokenCode + 1).Select(OpenImFailures.BadToken3),
        OpenImFailures.BadToken3(0), OpenImFailures.ToV3(OpenImFailures.Fault),
    ];

    /// <summary>What holds for all calls, in Markdown.</summary>
    public static string Introduction { get; } = WriteIntroduction();

    /// <summary>What comes with status 200.</summary>
    public static string Of200(ApiNote note, ApiDemand? v2, ApiDemand? v3)
    {
        var text = new StringBuilder("Done when errCode is 0.");
        if (v2 is not null)
        {
            int[] codes = note.RefusesWith400
                ? [OpenImFailures.Blocked, OpenImFailures.NotFriendCode, OpenImFailures.StoreCode, OpenImFailures.StatusCode]
                : v2 >= ApiDemand.Token
                    ? [OpenImFailures.PermissionCode, OpenImFailures.StoreCode, OpenImFailures.ArgumentCode, OpenImFailures.StatusCode]
                    : [OpenImFailures.StoreCode];
            text.Append(" v2 refuses with ").AppendJoin(", ", codes.Select(static code => $"{code} {OpenImFailures.TextOf(code)}")).Append('.');
        }
        if (v3 is not null)
            text.Append(" v3 answers everything with this status, see the codes of v3.");
        return text.ToString();
    }

    /// <summary>What comes with status 400 in v2.</summary>
    public static string Of400(ApiNote note, ApiDemand demand)
    {
        var text = "errCode 400: the body is no JSON object, lacks what is required, or is beyond a limit.";
        if (demand == ApiDemand.Secret)
            text += $" 401: {OpenImFailures.WrongSecret.Text}, the secret is wrong.";
        if (note.RefusesWith400)
        {
            text += " Also 400: the token is no good, or its user may not do this. 401: the content does not fit its type. "
                + $"403: the content lacks what is required. 404: {OpenImFailures.NoSuchType.Text}. 405: there is no receiver.";
        }
        return text;
    }

    /// <summary>What comes with status 500 in v2.</summary>
    public static string Of500(ApiNote note, ApiDemand demand, bool isRegistering)
    {
        var text = "errCode 500: a fault of the server";
        if (demand >= ApiDemand.Token && !note.RefusesWith400)
            text += "; or the token is no good: errMsg begins with `GetUserIDFromToken failed` and ends with why";
        if (isRegistering)
            text += $"; or `{OpenImFailures.Registered.Text}`: the user is registered already";
        return text + ".";
    }

    private static string WriteIntroduction()
    {
        var text = new StringBuilder();
        text.Append("The API of OpenIM for business back ends, and the routes that clients call beside the message gateway. ")
            .Append("Every call is a POST with a JSON object. Names are read without case; null is as not there; what is not known is ignored. ")
            .Append("A call with the header `operationID`, where both are served, is one of v3, else one of v2, which has the operationID in its body.\n\n")
            .Append("**Codes of v2:** 0 done");
        AddCode(text, OpenImFailures.Invalid("the body is no good, errMsg says what"));
        AddCode(text, OpenImFailures.WrongSecret);
        AddCode(text, OpenImFailures.MissingContent("the content lacks what is required"));
        AddCode(text, OpenImFailures.NoSuchType);
        AddCode(text, OpenImFailures.NoReceiver);
        AddCode(text, OpenImFailures.Fault);
        foreach (var code in new[]
        {
            OpenImFailures.Blocked, OpenImFailures.NotFriendCode, OpenImFailures.PermissionCode, OpenImFailures.StoreCode,
            OpenImFailures.ArgumentCode, OpenImFailures.StatusCode, OpenImFailures.CallbackCode,
        })
        {
            AddCode(text, new(200, code, OpenImFailures.TextOf(code)));
        }
        text.Append(". Of a token that is no good errMsg tells why: ")
            .AppendJoin("; ", Enumerable.Range(FirstTokenCode, LastTokenCode - FirstTokenCode + 1).Select(OpenImFailures.TextOf))
            .Append(".\n\n**Codes of v3**, always with HTTP status 200: 0 done");
        foreach (var outcome in CodesV3)
            text.Append(CultureInfo.InvariantCulture, $"; {outcome.Code} {outcome.Text}");
        return text.Append('.').ToString();
    }

    private static void AddCode(StringBuilder text, Outcome outcome) =>
        text.Append(CultureInfo.InvariantCulture, $"; {outcome.Code} {outcome.Text} (HTTP {outcome.Status})");
}
