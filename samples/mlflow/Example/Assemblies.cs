// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Mlflow.Example;

/// <summary>Loads assemblies.</summary>
static class Assemblies
{
    /// <summary>Uses a well-known library, which the runtime loads with this method.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double UseMathNet() => MathNet.Numerics.Combinatorics.Combinations(5, 2);

    /// <summary>Loads an assembly of any name, as a program with internal libraries would.</summary>
    public static void Define(string name) =>
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(name), AssemblyBuilderAccess.Run);
}
