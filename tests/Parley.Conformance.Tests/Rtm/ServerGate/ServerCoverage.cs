using System.Reflection;
using Parley.Conformance.Tests.Rtm.Sdk;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>The functions of the server document (rtm-server.md §2 to §6, index §7), and its pushes.</summary>
public sealed class ServerCoverage(ITestOutputHelper output)
{
    private static readonly string[] Functions =
    [
        "sendmsg", "sendmsgs", "sendgroupmsg", "sendroommsg", "broadcastmsg", "delmsg",
        "getgroupmsg", "getroommsg", "getbroadcastmsg", "getp2pmsg",
        "addfriends", "delfriends", "getfriends", "isfriend", "isfriends",
        "addgroupmembers", "delgroupmembers", "delgroup", "getgroupmembers", "isgroupmember", "getusergroups",
        "addroommember", "delroommember",
        "addgroupban", "removegroupban", "isbanofgroup", "addroomban", "removeroomban", "isbanofroom",
        "addprojectblack", "removeprojectblack", "isprojectblack",
        "kickout", "gettoken", "removetoken", "getonlineusers", "adddevice", "removedevice",
        "setpushname", "getpushname", "setgeo", "getgeo", "getgeos", "filetoken", "translate",
        "addlisten", "removelisten", "setlisten",
    ];

    /// <summary>To back ends, and to clients what only back ends cause.</summary>
    private static readonly string[] Pushes =
        ["ping", "pushmsg", "pushgroupmsg", "pushroommsg", "pushevent", "pushbroadcastmsg", "kickoutroom"];

    /// <summary>Uploads to the file gate, which the functions for files make (§5.2).</summary>
    private static readonly string[] Uploads = ["sendfile", "sendfiles", "sendgroupfile", "sendroomfile", "broadcastfile"];

    [Fact]
    public void Every_function_push_and_upload_of_the_server_document_has_a_raw_test_and_one_through_the_sdk()
    {
        string[] wanted = [.. Functions, .. Pushes, .. Uploads];
        var raw = Named<CoversServerAttribute>(attribute => attribute.Names);
        var bySdk = Named<CoversBySdkAttribute>(attribute => attribute.Names);
        output.WriteLine($"{"",-20}{"raw",8}{"sdk",8}");
        foreach (var name in wanted)
            output.WriteLine($"{name,-20}{raw.GetValueOrDefault(name),8}{bySdk.GetValueOrDefault(name),8}");
        output.WriteLine($"covered {wanted.Count(raw.ContainsKey)} of {wanted.Length}");
        output.WriteLine($"covered {wanted.Count(bySdk.ContainsKey)} of {wanted.Length} by SDK");
        Assert.Empty(wanted.Except(raw.Keys, StringComparer.Ordinal));
        Assert.Empty(raw.Keys.Except(wanted, StringComparer.Ordinal));
        Assert.Empty(wanted.Except(bySdk.Keys, StringComparer.Ordinal));
    }

    /// <summary>How many test methods name each function.</summary>
    private static Dictionary<string, int> Named<TAttribute>(Func<TAttribute, IReadOnlyList<string>> names)
        where TAttribute : Attribute =>
        typeof(ServerCoverage).Assembly.GetTypes()
            .Where(type => type.Namespace?.Contains(".Sdk.Client", StringComparison.Ordinal) != true)
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttribute<TAttribute>() is { } attribute ? names(attribute) : [])
            .CountBy(name => name)
            .ToDictionary(StringComparer.Ordinal);
}
