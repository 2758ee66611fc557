using System.Reflection;

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

    [Fact]
    public void Every_function_and_push_of_the_server_document_has_a_test()
    {
        string[] wanted = [.. Functions, .. Pushes];
        var covered = typeof(ServerCoverage).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttribute<CoversServerAttribute>()?.Names ?? [])
            .ToHashSet(StringComparer.Ordinal);
        output.WriteLine($"covered {wanted.Count(covered.Contains)} of {wanted.Length}");
        Assert.Empty(wanted.Except(covered, StringComparer.Ordinal));
        Assert.Empty(covered.Except(wanted, StringComparer.Ordinal));
    }
}
