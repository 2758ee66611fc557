using System.Reflection;
using System.Text;
using Parley.Wire.Fpnn;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnConstantsTests
{
    [Fact]
    public void The_error_codes_are_those_of_the_protocol_file()
    {
        var codes = typeof(FpnnErrorCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!, StringComparer.Ordinal);
        int[] expected =
        [
            0, .. Enumerable.Range(10001, 12), .. Enumerable.Range(20001, 15), 30001, 30002, 100001,
        ];
        Assert.Equal(expected, codes.Values.Order());
        Assert.Equal(10005, FpnnErrorCode.KeyNotString);
        Assert.Equal(10009, FpnnErrorCode.KeyNotFound);
        Assert.Equal(10010, FpnnErrorCode.WrongType);
        Assert.Equal(20001, FpnnErrorCode.UnknownError);
        Assert.Equal(20003, FpnnErrorCode.Timeout);
        Assert.Equal(20004, FpnnErrorCode.UnknownMethod);
        Assert.Equal(20011, FpnnErrorCode.QueueFull);
        Assert.Equal(20013, FpnnErrorCode.Forbidden);
        Assert.Equal(20014, FpnnErrorCode.ServerStopping);
        Assert.Equal(100001, FpnnErrorCode.DispatchInvalidParameter);
    }

    [Fact]
    public void The_built_in_methods_have_their_names()
    {
        Assert.Equal("*ping", Encoding.UTF8.GetString(FpnnBuiltIn.Ping));
        Assert.Equal("*key", Encoding.UTF8.GetString(FpnnBuiltIn.Key));
        Assert.Equal("*status", Encoding.UTF8.GetString(FpnnBuiltIn.Status));
        Assert.Equal("*infos", Encoding.UTF8.GetString(FpnnBuiltIn.Infos));
        Assert.Equal("*tune", Encoding.UTF8.GetString(FpnnBuiltIn.Tune));
    }
}
