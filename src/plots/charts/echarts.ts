/** The parts of ECharts that are drawn. The build puts them into the package: the whole of it takes 60 MB on a disk. */
import { LineChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, TitleComponent, SVGRenderer]);

export type { EChartsCoreOption } from 'echarts/core';
export { init };
