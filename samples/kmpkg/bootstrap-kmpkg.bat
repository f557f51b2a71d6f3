@echo off
rem SPDX-License-Identifier: MIT
rem Builds kmpkg, shows the telemetry notice, and saves for this user that it was shown. See :usage below.
setlocal EnableExtensions DisableDelayedExpansion
set "here=%~dp0"
set "to=%here%bin\kmpkg"
set "disable="
set "build=yes"

:next
if "%~1"=="" goto work
if /i "%~1"=="-disableMetrics" goto disable
if /i "%~1"=="--disableMetrics" goto disable
if /i "%~1"=="-skipBuild" goto skip
if /i "%~1"=="--skipBuild" goto skip
if /i "%~1"=="--to" goto folder
if /i "%~1"=="-h" goto help
if /i "%~1"=="--help" goto help
call :usage 1>&2
echo bootstrap-kmpkg: unknown option '%~1' 1>&2
exit /b 1

:disable
set "disable=yes"
shift
goto next

:skip
set "build="
shift
goto next

:folder
if not "%~2"=="" goto folder_named
echo bootstrap-kmpkg: --to needs a folder 1>&2
exit /b 1
:folder_named
set "to=%~f2"
if "%to:~-1%"=="\" set "to=%to:~0,-1%"
shift
shift
goto next

:work
if not defined build goto built
where dotnet >nul 2>nul || goto no_sdk
pushd "%here%" || exit /b 1
dotnet --version >nul 2>nul
if errorlevel 1 (popd & goto no_sdk)
popd
dotnet publish "%here%kmpkg.csproj" -c Release --nologo -v quiet -o "%to%"
if errorlevel 1 (
  echo bootstrap-kmpkg: kmpkg could not be built; see the output above. 1>&2
  exit /b 1
)

:built
set "marker=%to%\kmpkg.disable-metrics"
if not exist "%to%\kmpkg.exe" (
  echo bootstrap-kmpkg: "%to%" contains no kmpkg. Run this script without -skipBuild to build it. 1>&2
  exit /b 1
)
if defined disable goto off

if exist "%marker%" del /f /q "%marker%"
if exist "%marker%" (
  echo bootstrap-kmpkg: cannot remove "%marker%", so telemetry is still off. 1>&2
  exit /b 1
)
rem If the receipt cannot be saved (for example in a read-only home), kmpkg still works.
"%to%\kmpkg.exe" telemetry notice
if errorlevel 1 echo bootstrap-kmpkg: nothing is recorded for this user. 1>&2
echo kmpkg is in "%to%"
exit /b 0

:off
type nul >"%marker%"
if not exist "%marker%" (
  echo bootstrap-kmpkg: cannot write "%marker%", so telemetry is still on. Set KMPKG_DISABLE_METRICS instead. 1>&2
  exit /b 1
)
echo kmpkg is in "%to%"; telemetry is off.
exit /b 0

:no_sdk
echo bootstrap-kmpkg: the .NET 10 SDK is missing. Get it from https://dot.net and run this again. 1>&2
exit /b 1

:help
call :usage
exit /b 0

:usage
echo bootstrap-kmpkg.bat [-disableMetrics] [-skipBuild] [--to DIR]
echo   -disableMetrics  turn telemetry off for all users of this build of kmpkg:
echo                    writes the file kmpkg.disable-metrics beside it. Without
echo                    this option the script removes the file.
echo   -skipBuild       do not build: the tool is in DIR already
echo   --to DIR         folder of the tool (default: bin\kmpkg, beside this script)
exit /b 0
